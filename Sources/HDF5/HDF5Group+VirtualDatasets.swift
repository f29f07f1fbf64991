internal import CHDF5

/// Rows of a dataset in another file that are some of a virtual dataset's.
package struct HDF5VirtualPart: Equatable, Sendable {
  /// The other file: absolute, or relative to the folder of the file with the virtual dataset.
  package var file: String
  /// The dataset's path in it.
  package var dataset: String
  /// Its number of rows, all of which are taken.
  package var rows: Int

  /// All rows of a dataset.
  package init(file: String, dataset: String, rows: Int) {
    self.file = file
    self.dataset = dataset
    self.rows = rows
  }
}

extension HDF5Group {
  /// Creates a dataset whose rows are those of datasets in other files, end to end.
  ///
  /// Rows whose file is missing read as NaN or 0, without an error: that is the library's way, and
  /// whoever reads has to look for the files.
  ///
  /// - Parameters:
  ///   - name: relative to the group, in one or several parts ("model/base/logp").
  ///   - elementType: of its numbers, and of those of all parts.
  ///   - columns: of a table; nil for a list.
  ///   - parts: in order.
  /// - Returns: the dataset, which can't grow.
  /// - Throws: `HDF5Error`, say if an object of that name exists.
  package func createVirtualDataset(
    _ name: String, of elementType: HDF5ElementType, columns: Int? = nil, parts: [HDF5VirtualPart]
  ) throws(HDF5Error) -> HDF5Dataset {
    let target = absolute(name)
    try checkName(target)
    try file.withOpen(target) { (open) throws(HDF5Error) in
      let failure = { file.failure(target, while: .creating) }
      try makePlace(for: target, in: open.id)
      let rest = columns.map { [hsize_t($0)] } ?? []
      let extent = [hsize_t(parts.reduce(0) { $0 + $1.rows })] + rest
      let space = unsafe H5Screate_simple(Int32(extent.count), extent, nil)
      let id = try withHandle(space, closing: H5Sclose, or: failure()) {
        (space) throws(HDF5Error) -> hid_t in
        let list = withoutTimes(chdf5_dataset_creation())
        return try withHandle(list, closing: H5Pclose, or: failure()) {
          (list) throws(HDF5Error) -> hid_t in
          try Self.setFill(elementType, list, failure)
          var start = 0
          for part in parts where part.rows > 0 {
            try Self.map(part, at: start, rest, space, list, failure)
            start += part.rows
          }
          let id = unsafe H5Dcreate2(
            open.id, target, elementType.stored, space, chdf5_default(), list, chdf5_default())
          guard id >= 0 else { throw failure() }
          return id
        }
      }
      open.datasets[Array(target.utf8)] = id
    }
    return HDF5Dataset(file: file, path: target)
  }

  private static func map(
    _ part: HDF5VirtualPart, at start: Int, _ rest: [hsize_t], _ space: hid_t, _ list: hid_t,
    _ failure: () -> HDF5Error
  ) throws(HDF5Error) {
    let size = [hsize_t(part.rows)] + rest
    let first = [hsize_t(start)] + rest.map { _ in 0 }
    guard unsafe H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nil, size, nil) >= 0 else {
      throw failure()
    }
    let source = unsafe H5Screate_simple(Int32(size.count), size, nil)
    try withHandle(source, closing: H5Sclose, or: failure()) { (source) throws(HDF5Error) in
      // The library reads "%b" in names as the number of a block.
      let (file, dataset) = (
        part.file.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%"),
        part.dataset.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
      )
      guard unsafe H5Pset_virtual(list, space, file, dataset, source) >= 0 else { throw failure() }
    }
  }

  private static func setFill(
    _ type: HDF5ElementType, _ list: hid_t, _ failure: () -> HDF5Error
  ) throws(HDF5Error) {
    var (float, double) = (Float.nan, Double.nan)
    let code: herr_t
    switch type {
    case .float32: code = unsafe H5Pset_fill_value(list, type.native, &float)
    case .float64: code = unsafe H5Pset_fill_value(list, type.native, &double)
    case .uint8, .uint32, .int32, .int64: return
    }
    guard code >= 0 else { throw failure() }
  }
}
