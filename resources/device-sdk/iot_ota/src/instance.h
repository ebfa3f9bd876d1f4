/* An instance of iot_ota, as its two halves share it: what is announced and said, and what is fetched. */
#ifndef OTA_INSTANCE_H
#define OTA_INSTANCE_H

#include "iot_ota.h"
#include "ota_md5.h"

struct iot_ota {
    const struct iot_ota_port *port;
    iot_ota_state_t state;
    int is_announced;
    int is_changed; /* what was handed out is void, and the caller has not heard of it */
    int is_opening;
    int is_open;
    int is_verifying; /* everything since the start comes from the medium */
    int is_asking;
    int is_requesting;
    uint32_t last_message;
    uint32_t position;
    struct ota_md5 md5;
    char product_key[IOT_OTA_NAME_SIZE];
    char device_name[IOT_OTA_NAME_SIZE];
    struct iot_ota_firmware firmware;
};

/* Closes the byte stream, where it is open. */
void ota_close_stream(struct iot_ota *ota);
/* Nothing of the announced file is there any more. */
void ota_start_over(struct iot_ota *ota);
/* The same by an announcement. It stays to be told until the caller has heard of it, whatever is announced after it. */
void ota_make_void(struct iot_ota *ota);

#endif
