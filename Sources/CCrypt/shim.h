// The C library's password hashes. Debian's libc6-dev, which every compiler here needs, brings the
// header and the library to link (libcrypt-dev); every running system has libcrypt.so.1.
#pragma once
#include <crypt.h>
#include <stddef.h>

// sizeof(struct crypt_data): Swift does not import a struct with an array as long as its own.
static inline size_t crypt_data_bytes(void) { return sizeof(struct crypt_data); }
