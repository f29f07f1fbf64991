"""Writes heaps-1998.h5 and heaps-2016.h5: another program's strings of variable length.

h5py 3.16.0, HDF5 2.0.0; no random numbers. Run in this folder. Both have a user block, so that addresses
aren't places in the file. Attributes of /few lie in the object's header; those of /many, in the newer
format, in a heap that a tree of two levels lists; the list of /long is larger than that heap's blocks
and lies by itself. Expected values are formulas, repeated in Tests/HDF5Tests/HeapTests.swift.
"""

import h5py

for name, libver in (("heaps-1998", "earliest"), ("heaps-2016", "v110")):
    with h5py.File(f"{name}.h5", "w", libver=(libver, "v110"), userblock_size=512) as file:
        few = file.create_group("few")
        few.attrs["text"] = "grüße 日本"
        few.attrs["empty"] = ""
        few.attrs["list"] = ["a", "", "ß"]
        many = file.create_group("many")
        for index in range(700):
            many.attrs[f"a{index}"] = f"v{index}"
        long = file.create_group("long")
        for index in range(9):
            long.attrs[f"a{index}"] = index
        long.attrs["list"] = [f"item {index}" for index in range(300)]
