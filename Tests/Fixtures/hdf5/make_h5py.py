"""Writes h5py.h5: what another program's HDF5 file can look like.

h5py 3.16.0, HDF5 2.0.0, numpy 2.4.6; no random numbers. Run in this folder.
Expected values are formulas, repeated in Tests/HDF5Tests/ForeignFileTests.swift.
"""

import h5py
import numpy as np

n = np.arange(1000)
with h5py.File("h5py.h5", "w", libver=("earliest", "v110")) as file:
    packed = dict(
        chunks=(64,), maxshape=(None,), compression="gzip", shuffle=True, fletcher32=True
    )
    file.create_dataset("packed/float32", data=(n / 8).astype("<f4"), **packed)
    file.create_dataset("packed/float64", data=(n / 7).astype("<f8"), **packed)
    file.create_dataset("packed/uint8", data=(n % 251).astype("u1"), **packed)
    file.create_dataset("packed/uint32", data=(n * 4_000_003).astype("<u4"), **packed)
    file.create_dataset("packed/int32", data=(n - 500).astype("<i4"), **packed)
    file.create_dataset("packed/int64", data=(n - 500).astype("<i8") << 40, **packed)
    file.create_dataset("table", data=np.arange(12, dtype="<f4").reshape(4, 3))
    file.create_dataset("big_endian", data=(n / 8).astype(">f4"))
    file.create_dataset("int16", data=(n - 500).astype("<i2"))
    file.create_dataset("float16", data=(n / 8).astype("<f2"))
    file.create_dataset("uint64", data=np.array([2**64 - 1], dtype="<u8"))
    file.create_dataset("empty", shape=(0,), maxshape=(None,), dtype="<f4")
    file.create_dataset("number", data=np.float32(3))
    file.create_dataset("cube", data=np.zeros((2, 2, 2), dtype="<f4"))
    file.create_dataset("strings", data=["a", "b"])
    file.create_dataset("bool", data=np.array([True, False]))
    file.create_dataset("claims", shape=(1 << 50,), chunks=(1 << 16,), dtype="<f4")
    file["soft"] = h5py.SoftLink("/table")
    file["dangling"] = h5py.SoftLink("/nowhere")
    attributes = file["table"].attrs
    attributes["str"] = "grüße 日本"
    attributes["fixed"] = np.bytes_("fixed")
    attributes["strings"] = ["a", "", "ß"]
    attributes["int"] = 7
    attributes["int8"] = np.int8(-7)
    attributes["float"] = 0.1
    attributes["float32"] = np.float32(0.1)
    attributes["ints"] = [1, 2, 3]
    attributes["floats"] = [0.5, 1.5]
    attributes["bool"] = True
    attributes["matrix"] = np.zeros((2, 2))
