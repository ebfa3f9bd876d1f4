#include "iot_ota.h"
#include "json.h"

#include <string.h>

/* Members of the station's own about a patch; a notice may be without any of them. */
static void read_patch(struct ota_json data, struct iot_ota_firmware *firmware)
{
    struct ota_json extension, value;
    uint32_t is_diff = 0;

    if (!ota_json_member(data, "isDiff", &value) || !ota_json_uint32(value, &is_diff) || is_diff != 1)
        return;
    firmware->is_diff = 1;
    if (!ota_json_member(data, "extData", &extension))
        return;
    if (ota_json_member(extension, "_diff_format", &value) &&
        !ota_json_string(value, firmware->diff_format, sizeof firmware->diff_format))
        firmware->diff_format[0] = 0;
    if (ota_json_member(extension, "_diff_from", &value) &&
        !ota_json_string(value, firmware->diff_from, sizeof firmware->diff_from))
        firmware->diff_from[0] = 0;
    if (ota_json_member(extension, "_full_size", &value) && !ota_json_uint32(value, &firmware->full_size))
        firmware->full_size = 0;
    firmware->has_full_sha256 = ota_json_member(extension, "_full_sha256", &value) &&
                                ota_json_hex(value, firmware->full_sha256, sizeof firmware->full_sha256);
}

/* MD5 is all that the protocol knows; the guide and others differ in how they spell it. */
static int is_md5(struct ota_json value)
{
    char name[8];

    return ota_json_string(value, name, sizeof name) && (name[0] | 32) == 'm' && (name[1] | 32) == 'd' &&
           name[2] == '5' && name[3] == 0;
}

int iot_ota_read_firmware(const char *json, size_t size, struct iot_ota_firmware *firmware)
{
    struct ota_json message, data, value;
    uint32_t code;
    char policy[16];

    memset(firmware, 0, sizeof *firmware);
    if (!ota_json_parse(json, size, &message))
        return IOT_OTA_ERR_ARGUMENT;
    if (ota_json_member(message, "code", &value) && ota_json_uint32(value, &code) && code == 404)
        return IOT_OTA_ERR_STATE;
    if (!ota_json_member(message, "msgId", &value) ||
        !ota_json_string(value, firmware->message_id, sizeof firmware->message_id) ||
        !ota_json_member(message, "data", &data) || !ota_json_member(data, "firmwareVersion", &value) ||
        !ota_json_string(value, firmware->version, sizeof firmware->version) ||
        !ota_json_member(data, "url", &value) || !ota_json_string(value, firmware->url, sizeof firmware->url) ||
        !ota_json_member(data, "signMethod", &value) || !is_md5(value) || !ota_json_member(data, "sign", &value) ||
        !ota_json_hex(value, firmware->md5, sizeof firmware->md5))
        return IOT_OTA_ERR_ARGUMENT;
    if (ota_json_member(data, "size", &value) && !ota_json_uint32(value, &firmware->size))
        return IOT_OTA_ERR_ARGUMENT;
    firmware->is_silent = ota_json_member(data, "policy", &value) && ota_json_string(value, policy, sizeof policy) &&
                          strcmp(policy, "silent") == 0;
    read_patch(data, firmware);
    return IOT_OTA_OK;
}
