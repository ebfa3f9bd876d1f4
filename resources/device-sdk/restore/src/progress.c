#include "ota_restore.h"

uint32_t ota_restore_written(const struct ota_restore *r)
{
    return r->new_position - r->block_used;
}

uint32_t ota_restore_new_size(const struct ota_restore *r)
{
    return r->new_size;
}
