#pragma once
#include <fcntl.h>
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

// HDF5 spells its constants as macros that read global variables; Swift imports neither.
// The macros also initialise the library, so they must be met under the caller's lock.

static inline hid_t chdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_uint32(void) { return H5T_STD_U32LE; }
static inline hid_t chdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_int64(void) { return H5T_STD_I64LE; }

static inline hid_t chdf5_native_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_float64(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }

// A string of so many bytes, UTF-8, zeros after it. The caller closes it.
static inline hid_t chdf5_string(size_t size) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_cset(type, H5T_CSET_UTF8);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  return type;
}

// A fixed string type that fits `stored`, zero-padded by one byte more. The caller closes it.
static inline hid_t chdf5_fixed_string(hid_t stored) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5Tget_size(stored) + 1);
  H5Tset_cset(type, H5Tget_cset(stored));
  return type;
}

static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned chdf5_exclusive(void) { return H5F_ACC_EXCL; }
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_all(void) { return H5S_ALL; }
static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }

// Turns the library's own file locks off, where the version lets us.
static inline void chdf5_disable_locking(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access, 0, 1);
#else
  (void)access;
#endif
}

// The descriptor under an open file; -1 if the driver has none.
static inline int chdf5_descriptor(hid_t file) {
  void *handle = NULL;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == NULL) return -1;
  return *(int *)handle;
}

// Where an object's header lies, from the file's base address; without a look at a dataset's layout
// where the version lets us. 1, or 0 if it is in another file, -1 if the library fails.
static inline int chdf5_address(hid_t file, const char *path, haddr_t *address) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info1_t object, root;
#else
  H5O_info_t object, root;
#endif
#if H5_VERSION_GE(1, 10, 3)
  if (H5Oget_info_by_name2(file, path, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return -1;
  if (H5Oget_info_by_name2(file, "/", &root, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return -1;
#else
  if (H5Oget_info_by_name(file, path, &object, H5P_DEFAULT) < 0) return -1;
  if (H5Oget_info_by_name(file, "/", &root, H5P_DEFAULT) < 0) return -1;
#endif
  *address = object.addr;
  return object.fileno == root.fileno;
}

// Keeps the file's descriptor from programs that this one starts: they would hold a removed file's
// space until they end. The library itself does not ask for that.
static inline void chdf5_close_on_exec(hid_t file) {
  int descriptor = chdf5_descriptor(file);
  if (descriptor >= 0) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// The error stack is printed by default, and that setting is per thread in a thread-safe build.
static inline void chdf5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

struct chdf5_text {
  char *text;
  size_t capacity;
  size_t used;
};

static inline herr_t chdf5_collect(unsigned index, const H5E_error2_t *error, void *target) {
  struct chdf5_text *out = (struct chdf5_text *)target;
  (void)index;
  if (error->desc == NULL || out->used >= out->capacity) return 0;
  int length = snprintf(
      out->text + out->used, out->capacity - out->used, "%s\n", error->desc);
  if (length > 0) out->used += (size_t)length;
  if (out->used > out->capacity - 1) out->used = out->capacity - 1;
  return 0;
}

// Writes the error stack's descriptions, innermost first, one a line; returns the bytes written.
static inline size_t chdf5_errors(char *text, size_t capacity) {
  struct chdf5_text out = {text, capacity, 0};
  if (capacity == 0) return 0;
  text[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, chdf5_collect, &out);
  return out.used;
}
