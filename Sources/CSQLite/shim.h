// The system's SQLite, as C declares it.
#pragma once
#include <sqlite3.h>
