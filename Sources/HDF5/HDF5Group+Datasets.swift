internal import CHDF5

extension HDF5Group {
  /// Creates an empty dataset that grows along its first axis, with its parent groups.
  ///
  /// - Parameters:
  ///   - name: relative to the group, in one or several parts ("model/base/logp").
  ///   - type: the type of its numbers.
  ///   - layout: columns, chunks, packing.
  /// - Returns: the dataset, with no rows.
  /// - Throws: `HDF5Error`, say if an object of that name exists.
  package func createDataset<Scalar: HDF5Scalar>(
    _ name: String, of type: Scalar.Type, layout: HDF5Dataset.Layout = .init()
  ) throws(HDF5Error) -> HDF5Dataset {
    try createDataset(name, of: type.elementType, layout: layout)
  }

  /// Creates an empty dataset that grows along its first axis, with its parent groups.
  ///
  /// - Parameters:
  ///   - name: relative to the group, in one or several parts ("model/base/logp").
  ///   - elementType: the type of its numbers.
  ///   - layout: columns, chunks, packing.
  /// - Returns: the dataset, with no rows.
  /// - Throws: `HDF5Error`, say if an object of that name exists.
  package func createDataset(
    _ name: String, of elementType: HDF5ElementType, layout: HDF5Dataset.Layout = .init()
  ) throws(HDF5Error) -> HDF5Dataset {
    let target = absolute(name)
    try checkName(target)
    try file.withOpen(target) { (open) throws(HDF5Error) in
      let failure = { file.failure(target, while: .creating) }
      try makePlace(for: target, in: open.id)
      let extent = [0] + (layout.columns.map { [hsize_t($0)] } ?? [])
      let limit = [chdf5_unlimited()] + extent.dropFirst()
      let space = unsafe H5Screate_simple(Int32(extent.count), extent, limit)
      let id = try withHandle(space, closing: H5Sclose, or: failure()) {
        (space) throws(HDF5Error) -> hid_t in
        try withHandle(Self.packing(layout), closing: H5Pclose, or: failure()) {
          (packing) throws(HDF5Error) -> hid_t in
          let id = unsafe H5Dcreate2(
            open.id, target, elementType.stored, space, chdf5_default(), packing, chdf5_default())
          guard id >= 0 else { throw failure() }
          return id
        }
      }
      open.datasets[Array(target.utf8)] = id
    }
    return HDF5Dataset(file: file, path: target)
  }

  /// An existing dataset.
  ///
  /// - Throws: `HDF5Error`: `.missingObject`, or `.wrongType` if the name is no dataset's.
  package func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let target = absolute(name)
    guard try kind(of: target) == .dataset else {
      throw HDF5Error(.wrongType, file: file.path, object: target, "not a dataset")
    }
    return HDF5Dataset(file: file, path: target)
  }

  /// The property list of a dataset's layout; the caller closes it.
  private static func packing(_ layout: HDF5Dataset.Layout) -> hid_t {
    let list = withoutTimes(chdf5_dataset_creation())
    guard list >= 0 else { return list }
    let chunk = [hsize_t(layout.rowsPerChunk)] + (layout.columns.map { [hsize_t($0)] } ?? [])
    unsafe H5Pset_chunk(list, Int32(chunk.count), chunk)
    // The unused end of the last chunk is zeros: by default it is whatever was in memory.
    H5Pset_fill_time(list, H5D_FILL_TIME_ALLOC)
    if layout.deflateLevel > 0 {
      H5Pset_shuffle(list)
      H5Pset_deflate(list, UInt32(layout.deflateLevel))
    }
    if layout.hasChecksum { H5Pset_fletcher32(list) }
    return list
  }
}
