/* What the packet path reads for every packet, and the engine that reads it.
 *
 * cffi reads this file as well as the compiler, so it holds plain declarations only. Python makes every structure but
 * `hop` and keeps each alive as long as another one points to it (state.py); it changes them whenever it likes, since
 * the engine runs only inside hop_drain() and keeps nothing of them across a call into Python.
 */

#pragma once
#include <stdint.h>

#define HOP_BUDGET 256        /* datagrams a turn, see relay.py */
#define HOP_BUFFER 2048       /* bytes: MAX_PACKET and what libsrtp appends; a longer datagram arrives cut off */
#define HOP_MAX_PACKET 1500   /* bytes of a datagram that can be media */
#define HOP_MAX_STRANGERS 16  /* SSRCs a participant may use in a visit, and so the routes it can have */
#define HOP_REORDERED 0x4000  /* see routes.py */
#define HOP_AUDIO 111         /* payload types; see wire/rtp.py */
#define HOP_RED 63
#define HOP_AUDIO_LEVEL 1     /* the number of its header extension; see wire/sdp.py */
#define HOP_EVERY_PACKET -1   /* what a tap waits for; see routes.py */
#define HOP_HISTORY 256       /* packets of a route that are kept, a power of two; see routes.py */

typedef struct hop hop;
typedef struct hop_path hop_path;
typedef struct hop_route hop_route;
typedef struct hop_leg hop_leg;
typedef struct hop_history hop_history;

/* How loud a participant is; see levels.py. */
typedef struct {
    double level;
    double loudest;
    uint8_t known;
} hop_meter;

/* A socket address as the kernel writes it: a sockaddr_in or a sockaddr_in6. length: bytes of it; 0 is no address. */
typedef struct {
    uint8_t bytes[28];
    uint32_t length;
} hop_address;

/* A room. Times are seconds of the monotonic clock. */
typedef struct {
    double deadline;
    double last_forwarded;
    uint64_t received;
    uint64_t refused;
} hop_gate;

/* A participant. rx, tx: libsrtp's contexts, NULL until DTLS is up and after the cut. self: the Python object. */
struct hop_path {
    hop_gate *gate;
    void *rx;
    void *tx;
    int32_t allowance;
    int32_t strangers;
    hop_address address;
    uint32_t routes_count;
    hop_route *routes[16];
    void *self;
};

/* One SSRC that a participant sends, and the legs it goes out on. tap, gaps: whether there is one. awaits: what the tap
 * waits for. meter: NULL while nobody wants to know. history: of video, NULL while it goes to nobody. by_hand: whether
 * Python takes its packets.
 */
struct hop_route {
    hop_path *path;
    hop_leg **legs;
    uint32_t legs_count;
    uint32_t ssrc;
    uint64_t received;
    uint64_t frames;
    double last_at;
    uint32_t timestamp;
    uint16_t highest;
    uint8_t payload_type;
    uint8_t tap;
    uint8_t gaps;
    uint8_t by_hand;
    int64_t awaits;
    hop_meter *meter;
    hop_history *history;
    void *self;
};

/* One SSRC that a participant receives. */
struct hop_leg {
    hop_path *path;
    hop_route *route;
    uint64_t count;
    uint64_t received_before;
    uint32_t ssrc;
    uint32_t time_offset;
    uint16_t seq_offset;
    uint16_t first;
    uint16_t picture_offset;
    uint8_t base_offset;
    uint8_t shifted;
};

/* NodeTotals; see counters.py. */
typedef struct {
    uint64_t received;
    uint64_t forwarded;
    uint64_t rejected;
    uint64_t refused;
    uint64_t ignored;
    uint64_t dropped;
} hop_totals;

/* srtp_protect and srtp_unprotect: a context, a packet worked on in place, its length in and out; 0 is success. */
typedef int (*hop_cipher)(void *context, void *packet, int *length);

/* Who takes what is not plain media, see Slow in relay.py. self: the Python engine.
 *
 * Any of them may change anything: bind addresses, feed legs, cut the room. Whatever passed before is on the wire by
 * then. on_stranger returns the new route, NULL to refuse it; on_disorder whether the packet may go on, on_wrapped
 * whether it does as it is. That route, and the one that a call is about, live until the next of these calls. now: NULL
 * where the clock is the system's.
 */
typedef struct {
    void *self;
    void (*on_stun)(void *self, const uint8_t *datagram, uint32_t size, const hop_address *from);
    void (*on_dtls)(void *self, hop_path *path, const uint8_t *datagram, uint32_t size);
    void (*on_rtcp)(void *self, hop_path *path, const uint8_t *datagram, uint32_t size);
    hop_route *(*on_stranger)(void *self, hop_path *path, const uint8_t *packet, uint32_t size, double now);
    void (*on_tap)(void *self, hop_route *route, uint8_t *packet, uint32_t size);
    int (*on_disorder)(void *self, hop_route *route, uint16_t seq, double now);
    int (*on_wrapped)(void *self, hop_route *route, const uint8_t *packet, uint32_t size, double now);
    double (*now)(void *self);
} hop_slow;

/* seed: makes which addresses share a place in the table unforeseeable. NULL when there is no memory. */
hop *hop_new(const hop_slow *slow, hop_totals *totals, hop_cipher unprotect, hop_cipher protect, uint64_t seed);
void hop_free(hop *engine);

/* Take what comes from an address as a path's. -1 when there is no memory, and then nothing has changed. */
int hop_bind(hop *engine, const hop_address *address, hop_path *path);
void hop_release(hop *engine, const hop_address *address);

/* Move what the socket holds, within the budget. Returns how many datagrams that was. */
uint32_t hop_drain(hop *engine, int socket);

/* Pass on a packet of a route that has come by another way: as drained, decrypted, and as if it had come now. */
void hop_insert(hop *engine, int socket, hop_route *route, const uint8_t *packet, uint32_t size, double now);

/* What is read of a decrypted packet for a wall; the engine does it, here it is for who compares it with Python's. */
int hop_begins_keyframe(const uint8_t *packet, uint32_t size);
void hop_meter_take(hop_meter *meter, const uint8_t *packet, uint32_t size);

/* The last packets of a route. NULL when there is no memory. */
hop_history *hop_history_new(void);
void hop_history_free(hop_history *history);

/* What is in a sequence number's place, whatever its number; returns its size, 0 if nothing is there. */
uint32_t hop_history_at(hop_history *history, uint16_t seq, uint8_t **packet);
