/* The table of addresses: linear probing, at most half full, and no tombstones.
 *
 * An address that leaves lets those that had to make way for it move up (Knuth, The Art of Computer Programming,
 * vol. 3, 6.4, algorithm R), so that a node which has seen a million addresses looks them up as fast as a new one.
 */

#include "addresses.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_PLACES = 256 };

int addresses_init(addresses *table, uint64_t seed)
{
    table->places = calloc(FIRST_PLACES, sizeof(binding));
    table->mask = FIRST_PLACES - 1;
    table->used = 0;
    table->seed = seed;
    return table->places == NULL ? -1 : 0;
}

void addresses_free(addresses *table)
{
    free(table->places);
}

/* Multiply and fold, a word of the address after the other. Socket addresses are whole words long. */
static uint32_t home(const addresses *table, const hop_address *address)
{
    uint64_t hash = table->seed ^ address->length;
    for (uint32_t at = 0; at < address->length; at += 4) {
        uint32_t word;
        memcpy(&word, address->bytes + at, 4);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash & table->mask;
}

static int same(const hop_address *one, const hop_address *other)
{
    return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
}

/* The place an address is at, or the free one where it would be put. */
static uint32_t place_of(const addresses *table, const hop_address *address)
{
    uint32_t place = home(table, address);
    while (table->places[place].path != NULL && !same(&table->places[place].address, address))
        place = (place + 1) & table->mask;
    return place;
}

hop_path *addresses_find(const addresses *table, const hop_address *address)
{
    return table->places[place_of(table, address)].path;
}

static int grow(addresses *table)
{
    uint32_t count = table->mask + 1;
    binding *before = table->places;
    binding *places = calloc((size_t)count * 2, sizeof(binding));
    if (places == NULL)
        return -1;
    table->places = places;
    table->mask = count * 2 - 1;
    for (uint32_t each = 0; each < count; each++)
        if (before[each].path != NULL)
            places[place_of(table, &before[each].address)] = before[each];
    free(before);
    return 0;
}

int addresses_put(addresses *table, const hop_address *address, hop_path *path)
{
    uint32_t place = place_of(table, address);
    if (table->places[place].path == NULL) {
        if (table->used * 2 > table->mask) {
            if (grow(table) != 0)
                return -1;
            place = place_of(table, address);
        }
        table->used++;
    }
    table->places[place].address = *address;
    table->places[place].path = path;
    return 0;
}

void addresses_drop(addresses *table, const hop_address *address)
{
    uint32_t hole = place_of(table, address);
    if (table->places[hole].path == NULL)
        return;
    table->used--;
    for (uint32_t next = (hole + 1) & table->mask; table->places[next].path != NULL; next = (next + 1) & table->mask) {
        uint32_t wanted = home(table, &table->places[next].address);
        /* It may move up unless the place it wants lies after the hole, on the way to where it is. */
        if (((next - wanted) & table->mask) >= ((next - hole) & table->mask)) {
            table->places[hole] = table->places[next];
            hole = next;
        }
    }
    table->places[hole].path = NULL;
}
