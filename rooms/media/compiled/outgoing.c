#include "outgoing.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103 /* Linux 4.18; an older one refuses it, and is then given packet by packet */
#endif

void outgoing_init(outgoing *batch)
{
    memset(batch, 0, sizeof *batch);
    for (unsigned each = 0; each < OUTGOING; each++) {
        struct cmsghdr *length = (struct cmsghdr *)batch->runs[each].length;
        batch->messages[each].msg_hdr.msg_iov = batch->runs[each].packets;
        length->cmsg_level = SOL_UDP;
        length->cmsg_type = UDP_SEGMENT;
        length->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    }
}

/* Begin a run to a receiver, and return which one it is. */
static unsigned begin_run(outgoing *batch, hop_path *receiver)
{
    struct msghdr *message = &batch->messages[batch->runs_count].msg_hdr;
    message->msg_name = receiver->address.bytes;
    message->msg_namelen = receiver->address.length;
    message->msg_iovlen = 0;
    message->msg_control = NULL;
    message->msg_controllen = 0;
    return batch->runs_count++;
}

/* Whether a packet can go with those of a run: it is not full, and none of them is shorter than its first one yet. */
static int takes(const struct msghdr *message, size_t size)
{
    const struct iovec *packets = message->msg_iov;
    size_t count = message->msg_iovlen;
    return count < LONGEST_RUN && packets[count - 1].iov_len == packets[0].iov_len && size <= packets[0].iov_len;
}

/* Which run a packet can go with: the receiver's last one, or a new one. */
static unsigned find_run(outgoing *batch, hop_path *receiver, size_t size)
{
    unsigned oldest = batch->runs_count > LOOK_BACK ? batch->runs_count - LOOK_BACK : 0;
    for (unsigned each = batch->runs_count; each-- > oldest;)
        if (batch->messages[each].msg_hdr.msg_name == receiver->address.bytes)
            return takes(&batch->messages[each].msg_hdr, size) ? each : begin_run(batch, receiver);
    return begin_run(batch, receiver);
}

void outgoing_add(outgoing *batch, hop_leg *leg, int size)
{
    unsigned found = find_run(batch, leg->path, (size_t)size);
    struct msghdr *message = &batch->messages[found].msg_hdr;
    run *with = &batch->runs[found];
    size_t place = message->msg_iovlen++;
    with->packets[place].iov_base = outgoing_next(batch);
    with->packets[place].iov_len = (size_t)size;
    with->legs[place] = leg;
    batch->packets_count++;
    if (place == 1) { /* from two packets on the kernel has to be told where to cut */
        uint16_t length = (uint16_t)with->packets[0].iov_len;
        memcpy(CMSG_DATA((struct cmsghdr *)with->length), &length, sizeof length);
        message->msg_control = with->length;
        message->msg_controllen = sizeof with->length;
    }
}

static void count_sent(hop_leg *const *legs, size_t number, hop_totals *totals)
{
    for (size_t each = 0; each < number; each++)
        legs[each]->count++;
    totals->forwarded += number;
}

/* The kernel would not take a run: its buffer is full, there is no way there, or none for what has to be cut up.
 * Offer each of its packets by itself. */
static void send_singly(const struct msghdr *message, hop_leg *const *legs, int socket, hop_totals *totals)
{
    for (size_t each = 0; each < message->msg_iovlen; each++) {
        struct msghdr single = *message;
        ssize_t sent;
        single.msg_iov = &message->msg_iov[each];
        single.msg_iovlen = 1;
        single.msg_control = NULL;
        single.msg_controllen = 0;
        do
            sent = sendmsg(socket, &single, MSG_DONTWAIT);
        while (sent < 0 && errno == EINTR);
        if (sent < 0)
            totals->dropped++;
        else
            count_sent(&legs[each], 1, totals);
    }
}

void outgoing_flush(outgoing *batch, int socket, hop_totals *totals)
{
    unsigned done = 0;
    while (done < batch->runs_count) {
        int sent = sendmmsg(socket, &batch->messages[done], batch->runs_count - done, MSG_DONTWAIT);
        for (int each = 0; each < sent; each++, done++)
            count_sent(batch->runs[done].legs, batch->messages[done].msg_hdr.msg_iovlen, totals);
        if (sent <= 0 && errno != EINTR) {
            send_singly(&batch->messages[done].msg_hdr, batch->runs[done].legs, socket, totals);
            done++;
        }
    }
    batch->packets_count = 0;
    batch->runs_count = 0;
}
