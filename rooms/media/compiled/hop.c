/* The hop: an SRTP packet in, the same packet out on each leg, nothing decoded.
 *
 * This is PythonEngine of relay.py again, statement by statement, for a batch of packets at a time. What is tested and
 * counted there is tested and counted here in the same order; tests run the same histories through both.
 *
 * Two rules hold it together:
 *
 * 1. Before any call into Python the outgoing batch is sent. The call may be the one that cuts a room, and after the
 *    cut nothing of it may leave. So what waits in the batch has always passed its gate with nothing in between.
 * 2. After such a call no pointer from before it is used, but for those that the call itself is about (hop_slow).
 */

#include "hop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "addresses.h"
#include "history.h"
#include "outgoing.h"
#include "rtp.h"

enum {
    INCOMING = 32 /* datagrams a system call: 64 kB, which stays in the core's own cache */
};

/* What a datagram's first byte says it is (RFC 7983 section 7), and an RTP-like one's second (RFC 5761 section 4). */
enum {
    LAST_STUN = 3,
    FIRST_DTLS = 20,
    LAST_DTLS = 63,
    FIRST_RTP = 128,
    LAST_RTP = 191,
    FIRST_RTCP = 192,
    LAST_RTCP = 223
};

typedef struct {
    struct mmsghdr messages[INCOMING];
    struct iovec slices[INCOMING];
    hop_address from[INCOMING];
    uint8_t packets[INCOMING][HOP_BUFFER];
} incoming;

struct hop {
    hop_slow slow;
    hop_totals *totals;
    hop_cipher unprotect;
    hop_cipher protect;
    int socket; /* of this turn; -1 between turns */
    addresses table;
    incoming in;
    outgoing out;
};

static void incoming_init(incoming *batch)
{
    memset(batch->messages, 0, sizeof batch->messages);
    for (unsigned each = 0; each < INCOMING; each++) {
        struct msghdr *header = &batch->messages[each].msg_hdr;
        batch->slices[each].iov_base = batch->packets[each];
        batch->slices[each].iov_len = HOP_BUFFER;
        header->msg_iov = &batch->slices[each];
        header->msg_iovlen = 1;
        header->msg_name = batch->from[each].bytes;
    }
}

hop *hop_new(const hop_slow *slow, hop_totals *totals, hop_cipher unprotect, hop_cipher protect, uint64_t seed)
{
    hop *engine = malloc(sizeof *engine);
    if (engine == NULL)
        return NULL;
    engine->slow = *slow;
    engine->totals = totals;
    engine->unprotect = unprotect;
    engine->protect = protect;
    engine->socket = -1;
    incoming_init(&engine->in);
    outgoing_init(&engine->out);
    if (addresses_init(&engine->table, seed) != 0) {
        free(engine);
        return NULL;
    }
    return engine;
}

void hop_free(hop *engine)
{
    addresses_free(&engine->table);
    free(engine);
}

int hop_bind(hop *engine, const hop_address *address, hop_path *path)
{
    return addresses_put(&engine->table, address, path);
}

void hop_release(hop *engine, const hop_address *address)
{
    addresses_drop(&engine->table, address);
}

static void flush(hop *engine)
{
    outgoing_flush(&engine->out, engine->socket, engine->totals);
}

static double monotonic(const hop *engine)
{
    struct timespec now;
    if (engine->slow.now != NULL)
        return engine->slow.now(engine->slow.self);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Hand on what is no RTP of a known address, or ignore it. */
static void take_other(hop *engine, const hop_address *from, hop_path *path, const uint8_t *datagram, int size)
{
    uint8_t first = datagram[0];
    if (size >= RTP_HEADER && first <= LAST_STUN) {
        flush(engine);
        engine->slow.on_stun(engine->slow.self, datagram, (uint32_t)size, from);
    } else if (size >= RTP_HEADER && path != NULL && first >= FIRST_DTLS && first <= LAST_DTLS) {
        flush(engine);
        engine->slow.on_dtls(engine->slow.self, path, datagram, (uint32_t)size);
    } else {
        engine->totals->ignored++;
    }
}

static hop_route *route_of(const hop_path *path, uint32_t ssrc)
{
    for (uint32_t each = 0; each < path->routes_count; each++)
        if (path->routes[each]->ssrc == ssrc)
            return path->routes[each];
    return NULL;
}

/* Encrypt a copy of the decrypted packet for each leg; they leave with the batch. */
static void forward(hop *engine, const hop_route *route, const uint8_t *packet, int size)
{
    for (uint32_t each = 0; each < route->legs_count; each++) {
        hop_leg *leg = route->legs[each];
        const hop_path *receiver = leg->path;
        int length = size;
        if (outgoing_is_full(&engine->out))
            flush(engine);
        uint8_t *copy = outgoing_next(&engine->out);
        memcpy(copy, packet, (size_t)size);
        if (leg->shifted && !leg_shift(leg, copy, size))
            continue;
        rtp_set_ssrc(copy, leg->ssrc);
        if (receiver->address.length == 0 || receiver->tx == NULL || engine->protect(receiver->tx, copy, &length) != 0)
            engine->totals->dropped++;
        else
            outgoing_add(&engine->out, leg, length);
    }
}

/* Pass a decrypted packet on, and keep it where its route's are kept. */
static void pass_on(hop *engine, hop_route *route, const uint8_t *packet, int size, double now)
{
    if (route->legs_count == 0)
        return;
    if (route->history != NULL)
        history_keep(route->history, packet, size);
    forward(engine, route, packet, size);
    route->path->gate->last_forwarded = now;
}

/* Whether a packet goes on: one that is not the next of its route's goes by Python, where it is known what is missing. */
static int is_due(hop *engine, hop_route *route, const uint8_t *packet, double now)
{
    uint16_t seq = rtp_seq(packet);
    if ((uint16_t)(seq - route->highest) == 1 || !route->gaps)
        return 1;
    flush(engine);
    return engine->slow.on_disorder(engine->slow.self, route, seq, now);
}

/* Whether a route's tap waits for a packet: Route.is_awaited of routes.py. */
static int is_awaited(const hop_route *route, const uint8_t *packet, int size)
{
    return route->awaits == HOP_EVERY_PACKET || route->awaits == rtp_timestamp(packet) ||
           hop_begins_keyframe(packet, (uint32_t)size);
}

/* Note an authenticated packet on its route, and pass it on. */
static void follow_route(hop *engine, hop_route *route, uint8_t *packet, int size, double now)
{
    route->received++;
    route->last_at = now;
    if (!is_due(engine, route, packet, now))
        return;
    if (is_newer(rtp_seq(packet), route->highest)) {
        route->highest = rtp_seq(packet);
        route->timestamp = rtp_timestamp(packet);
    }
    if (rtp_is_marked(packet))
        route->frames++;
    if (route->meter != NULL)
        hop_meter_take(route->meter, packet, (uint32_t)size);
    if (route->tap && is_awaited(route, packet, size)) {
        flush(engine);
        engine->slow.on_tap(engine->slow.self, route, packet, (uint32_t)size);
    }
    if (route->by_hand || rtp_payload_type(packet) != route->payload_type) {
        flush(engine);
        if (!engine->slow.on_wrapped(engine->slow.self, route, packet, (uint32_t)size, now))
            return;
    }
    pass_on(engine, route, packet, size, now);
}

/* Whether packets of a payload type belong on a route; sound may come as redundant audio at any time. */
static int carries(const hop_route *route, uint8_t payload_type)
{
    return payload_type == route->payload_type || (payload_type == HOP_RED && route->payload_type == HOP_AUDIO);
}

/* Decrypt a packet in place, and find the route it belongs to. */
static void take_media(hop *engine, hop_path *path, uint8_t *packet, int size, double now)
{
    hop_totals *totals = engine->totals;
    hop_route *route = route_of(path, rtp_ssrc(packet));
    if ((route == NULL && path->strangers >= HOP_MAX_STRANGERS) || engine->unprotect(path->rx, packet, &size) != 0) {
        totals->rejected++;
        return;
    }
    totals->received++;
    path->gate->received++;
    if (route == NULL) {
        flush(engine);
        route = engine->slow.on_stranger(engine->slow.self, path, packet, (uint32_t)size, now);
    }
    if (route != NULL && carries(route, rtp_payload_type(packet)))
        follow_route(engine, route, packet, size, now);
}

/* Let an RTP or RTCP packet of a participant in, if its room's time and its own allowance permit. */
static void pass_gate(hop *engine, hop_path *path, uint8_t *packet, int size)
{
    double now = monotonic(engine);
    if (now >= path->gate->deadline) {
        path->gate->refused++;
        engine->totals->refused++;
        return;
    }
    path->allowance--;
    if (path->rx == NULL || path->allowance < 0 || size < RTP_HEADER || size > HOP_MAX_PACKET) {
        engine->totals->rejected++;
    } else if (packet[1] >= FIRST_RTCP && packet[1] <= LAST_RTCP) {
        flush(engine);
        engine->slow.on_rtcp(engine->slow.self, path, packet, (uint32_t)size);
    } else {
        take_media(engine, path, packet, size, now);
    }
}

static void take(hop *engine, hop_address *from, uint8_t *datagram, int size)
{
    hop_path *path = addresses_find(&engine->table, from);
    if (path != NULL && size > 0 && datagram[0] >= FIRST_RTP && datagram[0] <= LAST_RTP)
        pass_gate(engine, path, datagram, size);
    else
        take_other(engine, from, path, datagram, size);
}

/* Take at most this many datagrams off the socket; how many there were, or less than 1 if there are none. */
static int receive(hop *engine, unsigned most)
{
    for (unsigned each = 0; each < most; each++)
        engine->in.messages[each].msg_hdr.msg_namelen = sizeof engine->in.from[each].bytes;
    return recvmmsg(engine->socket, engine->in.messages, most, MSG_DONTWAIT, NULL);
}

static void take_batch(hop *engine, int count)
{
    for (int each = 0; each < count; each++) {
        engine->in.from[each].length = engine->in.messages[each].msg_hdr.msg_namelen;
        take(engine, &engine->in.from[each], engine->in.packets[each], (int)engine->in.messages[each].msg_len);
    }
    flush(engine);
}

uint32_t hop_drain(hop *engine, int socket)
{
    unsigned left = HOP_BUDGET;
    if (engine->socket >= 0) /* called from a call into Python: the turn that made it goes on by itself */
        return 0;
    engine->socket = socket;
    while (left > 0) {
        unsigned most = left < INCOMING ? left : INCOMING;
        int count = receive(engine, most);
        if (count > 0) {
            take_batch(engine, count);
            left -= (unsigned)count;
        }
        if (count < (int)most) /* drained */
            break;
    }
    engine->socket = -1;
    return HOP_BUDGET - left;
}

void hop_insert(hop *engine, int socket, hop_route *route, const uint8_t *packet, uint32_t size, double now)
{
    int turn = engine->socket;
    if (size < RTP_HEADER || size > HOP_MAX_PACKET) /* nothing that came here is that long, or becomes longer here */
        return;
    engine->socket = socket;
    if (rtp_is_marked(packet))
        route->frames++;
    pass_on(engine, route, packet, (int)size, now);
    flush(engine);
    engine->socket = turn;
}
