/* A model of Protocols/sync.md: two cities and a hub, a network that loses, doubles and delays,
 * crashes, and restores of a city and of the hub from an older backup. README.md beside it says
 * what is left out, what is proved, and which macros break it.
 */

/* How much happens in a run. All of it is bounded, so that every run ends. */
#ifndef APPENDS
#define APPENDS 2 /* events that the first city writes, over all branches of its line */
#endif
#ifndef OTHER_APPENDS
#define OTHER_APPENDS 2 /* and the second */
#endif
#ifndef HUB_APPENDS
#define HUB_APPENDS 1
#endif
#ifndef LOSSES
#define LOSSES 1 /* requests or answers that vanish */
#endif
#ifndef COPIES
#define COPIES 1 /* pushes that arrive a second time */
#endif
#ifndef CITY_CRASHES
#define CITY_CRASHES 1
#endif
#ifndef CITY_RESTORES
#define CITY_RESTORES 1
#endif
#ifndef HUB_CRASHES
#define HUB_CRASHES 1
#endif
#ifndef HUB_RESTORES
#define HUB_RESTORES 1
#endif
#ifndef RETRIES
#define RETRIES 1 /* hellos and pushes of a city after an alarm */
#endif

#define CITIES 2
#define HUB 2 /* the number of the hub's line; 0 and 1 are the cities' */
#define EVENTS (APPENDS + OTHER_APPENDS + HUB_APPENDS)
#define SLOTS (EVENTS + 1)
#define LINE_SLOTS 4

/* An event is named by a number; what it says never changes, so it stands in tables. A receipt is
 * the event that it names, and in the high bits which life of the hub's disk gave it.
 */
#define ID(receipt) (receipt & 15)
#define LIFE 16
byte site_of[SLOTS];
byte seq_of[SLOTS];
byte prev_of[SLOTS];    /* the event before on the line, 0 for none */
byte context_of[SLOTS]; /* how much of the other city's line it covers */

/* Phases and lanes of a session, as in CitySession.swift. */
#define OFFLINE 0
#define GREETING 1
#define ONLINE 2
#define HALTED 3

#define IDLE 0
#define SENT 1     /* the request is on its way, or waits at the hub */
#define ANSWERED 2 /* the answer is on its way */
#define BLOCKED 3  /* a push was refused: the next try is later */
#define STORING 4  /* a pulled batch goes to the disk */

#define NORMAL 0
#define TROUBLE 1
#define GREET_AGAIN 2

typedef City {
  /* On the disk. */
  byte line[LINE_SLOTS];
  byte length;
  byte order[SLOTS];
  byte place;
  byte written; /* events written so far, those of lost branches too */
  /* In memory. */
  byte phase;
  bit alarm;
  byte instance; /* of the hub, as its hello said */
  byte acknowledged;
  byte hello;
  byte push;
  byte pull;
  byte retries;
  /* On the wire: what a hello said, and the answers. */
  byte hello_length;
  byte hello_place;
  byte verdict;
  byte answer_instance;
  byte answer_head;
  byte answer_id;
  byte answer_position;
  byte push_verdict;
  byte push_head;
  byte push_id;
  byte batch_verdict;
  byte batch[2];
  byte batch_size;
  /* A push that the city gave up, or a second copy, which comes late. */
  bit late;
  byte late_instance;
  byte late_size;
  byte late_event[2];
}
City city[CITIES];

/* The hub: its order, and the lines in it. */
typedef Line {
  byte event[LINE_SLOTS];
  byte length;
}
Line held[3];
byte order[SLOTS];
byte position = 0;
byte instance = 1;
byte hub_written = 0;
byte hub_life = 0;

/* The order that the hub's first disk had when it was replaced: what a city may still hold. */
byte old_order[SLOTS];
byte old_position = 0;

byte losses = LOSSES;
byte copies = COPIES;
byte city_crashes = CITY_CRASHES;
byte city_restores = CITY_RESTORES;
byte hub_crashes = HUB_CRASHES;
byte hub_restores = HUB_RESTORES;

#ifdef ACK_BEFORE_COMMIT
bit pending = 0;
byte pending_city;
byte pending_after;
byte pending_size;
byte pending_event[2];
#endif

/* What a city was ever told to be acknowledged, one bit an event. */
int told = 0;

/* Scratch, only within one step: `tidy` ends each, so that it makes no new states. */
byte i, k, n, e, receipt, line, head, expected, verdict;
byte sound, found;
byte arriving[2];

inline tidy() {
  i = 0;
  k = 0;
  n = 0;
  e = 0;
  receipt = 0;
  line = 0;
  head = 0;
  expected = 0;
  verdict = 0;
  sound = 0;
  found = 0;
  arriving[0] = 0;
  arriving[1] = 0
}

/* The properties. Each is computed where it can change and asserted there. */
bool acknowledged_events_are_kept = true;
bool each_line_is_one_chain = true;
bool no_order_is_mixed = true;
bool all_agree_or_alarm = true;

#ifdef ONLY_CHAIN
#define CHECK(property) skip
#else
#define CHECK(property) assert(property)
#endif

/* An event is acknowledged if an answer's head reached it. Then the hub holds it, or held it on
 * the disk that was replaced.
 */
inline check_acknowledged() {
  acknowledged_events_are_kept = true;
  e = 1;
  do
  :: e > EVENTS -> break
  :: else ->
    if
    :: told & (1 << e) ->
      found = false;
      i = 1;
      do
      :: i > position -> break
      :: else -> found = (found || ID(order[i]) == e); i++
      od;
      i = 1;
      do
      :: i > old_position -> break
      :: else -> found = (found || ID(old_order[i]) == e); i++
      od;
      acknowledged_events_are_kept = (acknowledged_events_are_kept && found)
    :: else
    fi;
    e++
  od;
  CHECK(acknowledged_events_are_kept)
}

inline tell(c) {
  printf("city %d takes its line as acknowledged up to %d\n", c, city[c].acknowledged);
  i = 1;
  do
  :: i > city[c].acknowledged || i > city[c].length -> break
  :: else -> told = (told | (1 << city[c].line[i])); i++
  od;
  check_acknowledged()
}

/* What a city holds of the order is a beginning of the hub's, or of the one on its lost disk. */
inline check_order(c) {
  sound = (city[c].place <= position);
  found = (city[c].place <= old_position);
  i = 1;
  do
  :: i > city[c].place -> break
  :: else ->
    sound = (sound && ID(city[c].order[i]) == ID(order[i]));
    found = (found && ID(city[c].order[i]) == ID(old_order[i]));
    i++
  od;
  no_order_is_mixed = (sound || found);
  CHECK(no_order_is_mixed)
}

/* City and hub hold the same. */
inline compare(c) {
  sound = (city[c].place == position && city[c].length == held[c].length);
  i = 1;
  do
  :: i > position -> break
  :: else -> sound = (sound && ID(city[c].order[i]) == ID(order[i])); i++
  od;
  i = 1;
  do
  :: i > city[c].length -> break
  :: else -> sound = (sound && city[c].line[i] == held[c].event[i]); i++
  od
}

/* ---- The door of the hub ---- */

inline give_receipt() {
  printf("the hub gives position %d to event %d\n", position + 1, e);
  line = site_of[e];
  each_line_is_one_chain = (held[line].event[held[line].length] == prev_of[e] &&
    held[line].length + 1 == seq_of[e]);
  assert(each_line_is_one_chain);
  held[line].length++;
  held[line].event[held[line].length] = e;
  position++;
  order[position] = e + LIFE * hub_life
}

/* Ingests `arriving`, of `n` events of line `c`; `verdict` says how it ended. */
inline ingest(c) {
  verdict = NORMAL;
  i = 0;
  do
  :: i == n || verdict != NORMAL -> break
  :: else ->
    e = arriving[i];
    if
    :: seq_of[e] <= held[c].length ->
#ifndef NO_ID_CHECK
      if
      :: held[c].event[seq_of[e]] != e -> verdict = TROUBLE /* fork */
      :: else
      fi
#else
      skip
#endif
    :: seq_of[e] > held[c].length + 1 -> verdict = TROUBLE /* gap */
    :: else ->
      if
#ifndef NO_CHAIN_CHECK
      :: prev_of[e] != held[c].event[held[c].length] -> verdict = TROUBLE /* chain */
#endif
#ifndef NO_CONTEXT_CHECK
      :: context_of[e] > held[1 - c].length -> verdict = TROUBLE /* context */
#endif
      :: else -> give_receipt()
      fi
    fi;
    i++
  od
}

inline answer_push(c) {
  printf("the hub answers the push of city %d: verdict %d, head %d\n", c, verdict, held[c].length);
  city[c].push = ANSWERED;
  city[c].push_verdict = verdict;
  city[c].push_head = held[c].length;
  city[c].push_id = held[c].event[held[c].length]
}

/* ---- The door of a city ---- */

/* The last event of `line` in what city `c` holds: its number is `head`, its length `n`. */
inline find_head(c) {
  head = 0;
  n = 0;
  k = 1;
  do
  :: k > city[c].place -> break
  :: else ->
    if
    :: site_of[ID(city[c].order[k])] == line && seq_of[ID(city[c].order[k])] > n ->
      head = ID(city[c].order[k]);
      n = seq_of[head]
    :: else
    fi;
    k++
  od
}

/* Is event `e` in what city `c` holds of the order? */
inline find_event(c) {
  found = false;
  k = 1;
  do
  :: k > city[c].place -> break
  :: else -> found = (found || ID(city[c].order[k]) == e); k++
  od
}

/* Accepts the receipts of the batch, as a whole or not at all; `verdict` says which. */
inline accept(c) {
  verdict = NORMAL;
  expected = city[c].place; /* where to go back to */
  i = 0;
  do
  :: i == city[c].batch_size || verdict != NORMAL -> break
  :: else ->
    receipt = city[c].batch[i];
    e = ID(receipt);
    line = site_of[e];
    if
    :: line == c ->
      /* The event was not sent with its receipt: if it is not held, it is missing. */
      if
      :: seq_of[e] > city[c].length -> verdict = TROUBLE
      :: else -> verdict = (city[c].line[seq_of[e]] == e -> NORMAL : TROUBLE)
      fi
    :: else ->
      find_event(c);
      if
      :: found -> skip /* a later receipt of a held event */
      :: else ->
        find_head(c);
        if
        :: n + 1 != seq_of[e] -> verdict = TROUBLE /* fork or gap */
#ifndef NO_CHAIN_CHECK
        :: head != prev_of[e] -> verdict = TROUBLE
#endif
        :: line != HUB && context_of[e] > city[c].length -> verdict = TROUBLE
        :: else
        fi
      fi
    fi;
    if
    :: verdict == NORMAL ->
      city[c].place++;
      city[c].order[city[c].place] = receipt
    :: else
    fi;
    i++
  od;
  if
  :: verdict != NORMAL ->
    do
    :: city[c].place == expected -> break
    :: else -> city[c].order[city[c].place] = 0; city[c].place--
    od
  :: else
  fi
}

/* ---- The session of a city ---- */

inline clear_hello(c) {
  city[c].hello = IDLE;
  city[c].hello_length = 0;
  city[c].hello_place = 0;
  city[c].verdict = 0;
  city[c].answer_instance = 0;
  city[c].answer_head = 0;
  city[c].answer_id = 0;
  city[c].answer_position = 0
}

inline clear_push(c) {
  city[c].push_verdict = 0;
  city[c].push_head = 0;
  city[c].push_id = 0
}

inline clear_batch(c) {
  city[c].pull = IDLE;
  city[c].batch_verdict = 0;
  city[c].batch[0] = 0;
  city[c].batch[1] = 0;
  city[c].batch_size = 0
}

inline clear_late(c) {
  city[c].late = 0;
  city[c].late_instance = 0;
  city[c].late_size = 0;
  city[c].late_event[0] = 0;
  city[c].late_event[1] = 0
}

/* The events of the push under way: those after `acknowledged`, as they were when it was sent. */
inline load_push(c) {
  n = city[c].length - city[c].acknowledged;
  n = (n > 2 -> 2 : n);
  arriving[0] = city[c].line[city[c].acknowledged + 1];
  arriving[1] = (n > 1 -> city[c].line[city[c].acknowledged + 2] : 0)
}

/* A copy of the push under way stays in the network. */
inline keep_copy(c) {
  load_push(c);
  city[c].late = 1;
  city[c].late_instance = city[c].instance;
  city[c].late_size = n;
  city[c].late_event[0] = arriving[0];
  city[c].late_event[1] = arriving[1]
}

/* Gives up what is under way. A push that is on its way may come all the same. */
inline abandon(c) {
  if
  :: city[c].push == SENT && !city[c].late -> keep_copy(c)
  :: else
  fi;
  city[c].push = IDLE;
  clear_push(c);
  if
  :: city[c].pull != STORING -> clear_batch(c)
  :: else
  fi;
  clear_hello(c)
}

inline fail(c) {
  printf("city %d gives up what is under way\n", c);
  abandon(c);
  city[c].phase = OFFLINE
}

inline halt(c) {
  printf("city %d raises an alarm\n", c);
  abandon(c);
  city[c].phase = HALTED;
  city[c].alarm = 1
}

inline greet(c) {
  printf("city %d says hello: head %d, place %d\n", c, city[c].length, city[c].place);
  city[c].phase = GREETING;
  city[c].hello = SENT;
  city[c].hello_length = city[c].length;
  city[c].hello_place = city[c].place
}

/* Sends what can be sent: after each fact. */
inline work(c) {
  if
  :: city[c].phase == ONLINE ->
    if
    :: city[c].push == IDLE && city[c].length > city[c].acknowledged -> city[c].push = SENT
    :: else
    fi;
    if
    :: city[c].pull == IDLE -> city[c].pull = SENT
    :: else
    fi
  :: else
  fi
}

/* §4, the city's own checks: the hub cannot see them. */
inline check_answer(c) {
  verdict = city[c].verdict;
#ifndef NO_GUARD
  if
  :: verdict == NORMAL ->
    if
    :: city[c].answer_head > city[c].length -> verdict = TROUBLE
    :: city[c].answer_head <= city[c].length &&
        city[c].line[city[c].answer_head] != city[c].answer_id -> verdict = TROUBLE
    :: city[c].answer_position < city[c].place -> verdict = TROUBLE
    :: else
    fi
  :: else
  fi
#endif
}

inline greeted(c) {
  check_answer(c);
  if
  :: verdict != NORMAL -> halt(c)
  :: else ->
    city[c].phase = ONLINE;
    city[c].alarm = 0;
    city[c].push = IDLE;
    city[c].instance = city[c].answer_instance;
    city[c].acknowledged = city[c].answer_head;
    clear_hello(c);
    tell(c)
  fi
}

inline pushed(c) {
  head = city[c].push_head;
  e = city[c].push_id;
  verdict = city[c].push_verdict;
  found = (head > city[c].acknowledged);
  clear_push(c);
  city[c].push = IDLE;
  if
  :: verdict == GREET_AGAIN -> fail(c)
  :: verdict != GREET_AGAIN && head > city[c].length -> halt(c)
#ifndef NO_HEAD_CHECK
  :: verdict != GREET_AGAIN && head <= city[c].length && city[c].line[head] != e -> halt(c)
#endif
  :: else ->
    city[c].acknowledged = (found -> head : city[c].acknowledged);
    if
    :: verdict == TROUBLE -> city[c].push = BLOCKED; city[c].alarm = 1
    :: verdict == NORMAL && !found -> fail(c) /* no progress */
    :: else
    fi;
    tell(c)
  fi
}

inline pulled(c) {
  if
  :: city[c].batch_verdict == GREET_AGAIN -> fail(c)
  :: city[c].batch_verdict != GREET_AGAIN && city[c].batch_size == 0 -> fail(c)
  :: else -> city[c].pull = STORING
  fi
}

/* The batch becomes durable, in whatever phase the session is by then. */
inline store(c) {
  accept(c);
  clear_batch(c);
  printf("city %d stores a batch: trouble %d, place %d\n", c, verdict, city[c].place);
  if
  :: verdict != NORMAL -> halt(c)
  :: else -> check_order(c)
  fi
}

proctype Town(byte c) {
end:
  do
  :: d_step {
      city[c].written < (c == 0 -> APPENDS : OTHER_APPENDS) ->
      /* An editor writes, online or not. */
      city[c].written++;
      e = c * APPENDS + city[c].written;
      site_of[e] = c;
      seq_of[e] = city[c].length + 1;
      prev_of[e] = city[c].line[city[c].length];
      line = 1 - c;
      find_head(c);
      context_of[e] = n;
      city[c].length++;
      city[c].line[city[c].length] = e;
      printf("city %d writes event %d at %d\n", c, e, city[c].length);
      work(c);
      tidy()
    }
#ifdef GREET_WHILE_STORING
  :: d_step { city[c].phase == OFFLINE -> greet(c); tidy() }
#else
  :: d_step { city[c].phase == OFFLINE && city[c].pull != STORING -> greet(c); tidy() }
#endif
  :: d_step {
      city[c].phase == HALTED && city[c].pull != STORING && city[c].retries > 0 ->
      city[c].retries--; greet(c);
      tidy()
    }
  :: d_step { city[c].hello == ANSWERED -> greeted(c); work(c); tidy() }
  :: d_step { city[c].push == ANSWERED -> pushed(c); work(c); tidy() }
  :: d_step { city[c].pull == ANSWERED -> pulled(c); work(c); tidy() }
  :: d_step { city[c].pull == STORING -> store(c); work(c); tidy() }
  :: d_step {
      city[c].push == BLOCKED && city[c].retries > 0 ->
      city[c].retries--; city[c].push = IDLE;
      work(c);
      tidy()
    }
  od
}

/* ---- The hub ---- */

/* §4, the table. */
inline judge(c) {
  n = city[c].hello_length;
  k = city[c].hello_place;
  verdict = NORMAL;
#ifndef NO_GUARD
  if
  :: k > position -> verdict = TROUBLE /* hub-behind */
#ifdef PLACE_IS_EVENT
  :: k <= position && k > 0 && ID(order[k]) != ID(city[c].order[k]) -> verdict = TROUBLE
#else
  :: k <= position && k > 0 && order[k] != city[c].order[k] -> verdict = TROUBLE
#endif
  :: k <= position && n <= held[c].length && held[c].event[n] != city[c].line[n] ->
    verdict = TROUBLE /* fork */
  :: k <= position && n < held[c].length -> verdict = TROUBLE /* city-behind */
  :: else
  fi
#endif
}

inline answer_hello(c) {
  judge(c);
  printf("the hub answers the hello of city %d: trouble %d\n", c, verdict);
  city[c].hello = ANSWERED;
  city[c].verdict = verdict;
  city[c].answer_instance = instance;
  city[c].answer_head = held[c].length;
  city[c].answer_id = held[c].event[held[c].length];
  city[c].answer_position = position
}

#ifdef NO_INSTANCE
#define SAME_INSTANCE(x) true
#else
#define SAME_INSTANCE(x) (x == instance)
#endif

inline take_push(c) {
  if
  :: copies > 0 && !city[c].late -> copies--; keep_copy(c)
  :: else
  fi;
  if
  :: !SAME_INSTANCE(city[c].instance) -> verdict = GREET_AGAIN; answer_push(c)
  :: else ->
    load_push(c);
#ifdef ACK_BEFORE_COMMIT
    pending = 1;
    pending_city = c;
    pending_size = n;
    pending_event[0] = arriving[0];
    pending_event[1] = arriving[1];
    verdict = NORMAL;
    answer_push(c);
    city[c].push_head = city[c].acknowledged + n;
    city[c].push_id = arriving[n - 1]
#else
    ingest(c);
    answer_push(c)
#endif
  fi
}

inline take_late_push(c) {
  printf("an old push of city %d arrives\n", c);
  n = city[c].late_size;
  arriving[0] = city[c].late_event[0];
  arriving[1] = city[c].late_event[1];
  found = SAME_INSTANCE(city[c].late_instance);
  clear_late(c);
  if
  :: found -> ingest(c)
  :: else
  fi
}

inline answer_pull(c) {
  printf("the hub answers the pull of city %d after %d\n", c, city[c].place);
  city[c].pull = ANSWERED;
  k = city[c].place;
  if
  :: !SAME_INSTANCE(city[c].instance) -> city[c].batch_verdict = GREET_AGAIN
  :: else ->
    n = (position > k -> position - k : 0);
    n = (n > 2 -> 2 : n);
    city[c].batch_size = n;
    city[c].batch[0] = (n > 0 -> order[k + 1] : 0);
    city[c].batch[1] = (n > 1 -> order[k + 2] : 0)
  fi
}

/* A pull at the end of the order waits. */
#define PULL_IS_DUE(c) \
  (city[c].pull == SENT && (city[c].place != position || !SAME_INSTANCE(city[c].instance)))

#ifdef ACK_BEFORE_COMMIT
#define IS_FREE (!pending)
#else
#define IS_FREE true
#endif

/* The disk is replaced by an older one: the order ends earlier. */
inline lose_tail() {
  old_position = position;
  i = 1;
  do
  :: i > position -> break
  :: else -> old_order[i] = order[i]; i++
  od;
  do
  :: position > 0 ->
    line = site_of[ID(order[position])];
    held[line].event[held[line].length] = 0;
    held[line].length--;
    order[position] = 0;
    position--
  :: old_position > position -> break
  od
}

proctype Hub() {
end:
  do
  :: d_step { city[0].hello == SENT -> answer_hello(0); tidy() }
  :: d_step { city[1].hello == SENT -> answer_hello(1); tidy() }
  :: d_step { IS_FREE && city[0].push == SENT -> take_push(0); tidy() }
  :: d_step { IS_FREE && city[1].push == SENT -> take_push(1); tidy() }
  :: d_step { IS_FREE && city[0].late -> take_late_push(0); tidy() }
  :: d_step { IS_FREE && city[1].late -> take_late_push(1); tidy() }
  :: d_step { PULL_IS_DUE(0) -> answer_pull(0); tidy() }
  :: d_step { PULL_IS_DUE(1) -> answer_pull(1); tidy() }
  :: d_step {
      hub_written < HUB_APPENDS ->
      hub_written++;
      e = APPENDS + OTHER_APPENDS + hub_written;
      site_of[e] = HUB;
      seq_of[e] = held[HUB].length + 1;
      prev_of[e] = held[HUB].event[held[HUB].length];
      give_receipt();
      tidy()
    }
#ifdef ACK_BEFORE_COMMIT
  :: d_step {
      pending ->
      n = pending_size;
      arriving[0] = pending_event[0];
      arriving[1] = pending_event[1];
      pending = 0;
      ingest(pending_city);
      tidy()
    }
#endif
  :: d_step {
      hub_crashes > 0 ->
      hub_crashes--;
      instance++;
      printf("the hub crashes\n");
#ifdef ACK_BEFORE_COMMIT
      pending = 0;
#endif
      check_acknowledged();
      tidy()
    }
  :: atomic {
      hub_restores > 0 && position > 0 ->
      hub_restores--;
      instance++;
      hub_life = 1;
      lose_tail();
      printf("the hub is restored: its order ends at %d\n", position);
      tidy()
    }
  od
}

/* ---- What goes wrong outside of the hub ---- */

/* Memory and connections of city `c` are gone. */
inline crash(c) {
  printf("city %d crashes\n", c);
  fail(c);
  clear_batch(c);
  city[c].alarm = 0;
  city[c].acknowledged = 0;
  city[c].instance = 0
}

/* True if the state of `k` own events and place `n` can have been on the disk of city `c`: own
 * events come before their receipts, and after what their context covers.
 */
inline can_have_been(c) {
  found = true;
  i = 1;
  do
  :: i > n -> break
  :: else ->
    e = ID(city[c].order[i]);
    found = (found && (site_of[e] != c || seq_of[e] <= k));
    i++
  od;
  i = 1;
  do
  :: i > k -> break
  :: else ->
    e = city[c].line[i];
    head = 0;
    line = 1;
    do
    :: line > n -> break
    :: else ->
      if
      :: site_of[ID(city[c].order[line])] == 1 - c -> head++
      :: else
      fi;
      line++
    od;
    found = (found && context_of[e] <= head);
    i++
  od
}

/* The disk of city `c` is replaced by an older one. */
inline restore(c) {
  k = city[c].length;
  do
  :: k > 0 -> k--
  :: break
  od;
  n = city[c].place;
  do
  :: n > 0 -> n--
  :: break
  od;
  can_have_been(c);
  if
  :: found ->
    do
    :: city[c].length == k -> break
    :: else -> city[c].line[city[c].length] = 0; city[c].length--
    od;
    do
    :: city[c].place == n -> break
    :: else -> city[c].order[city[c].place] = 0; city[c].place--
    od;
    printf("city %d is restored: head %d, place %d\n", c, k, n)
  :: else
  fi
}

/* Something is under way between city `c` and the hub. */
#define IS_WAITING(c) \
  (city[c].hello != IDLE || city[c].push == SENT || city[c].push == ANSWERED || \
    city[c].pull == SENT || city[c].pull == ANSWERED)

proctype World() {
end:
  do
  /* A request or an answer is lost, or is so late that the city waits no longer. */
  :: d_step { city[0].late -> clear_late(0) }
  :: d_step { city[1].late -> clear_late(1) }
  :: d_step { losses > 0 && IS_WAITING(0) -> losses--; fail(0); tidy() }
  :: d_step { losses > 0 && IS_WAITING(1) -> losses--; fail(1); tidy() }
  :: d_step { city_crashes > 0 -> city_crashes--; crash(0); tidy() }
  :: atomic {
      city_restores > 0 && city[0].length + city[0].place > 0 ->
      city_restores--; crash(0); restore(0);
      tidy()
    }
  od
}

/* Nothing can happen any more: each city agrees with the hub, or bears an alarm. */
inline check_end(c) {
  compare(c);
  sound = (sound && city[c].phase == ONLINE && city[c].acknowledged == city[c].length);
  all_agree_or_alarm = (sound || city[c].alarm);
  CHECK(all_agree_or_alarm)
}

init {
  atomic {
    city[0].retries = RETRIES;
    city[1].retries = RETRIES;
    run Town(0);
    run Town(1);
    run Hub();
    run World()
  }
  timeout -> d_step {
    check_end(0);
    check_end(1)
  }
}
