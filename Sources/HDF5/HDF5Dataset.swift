internal import CHDF5

/// A dataset: a list `[rows]` or a table `[rows × columns]` of one type of number.
package struct HDF5Dataset: HDF5Object {
  /// The file it lives in.
  package let file: HDF5File
  /// Its path from the root, with a leading slash.
  package let path: String

  /// How a new dataset is laid out and packed.
  package struct Layout: Equatable, Sendable {
    /// Columns of a table; nil for a list.
    package var columns: Int?
    /// Rows packed together; nil for 65,536 elements a chunk.
    package var chunkRows: Int?
    /// Deflate's level, 0 (off) to 9; bytes are shuffled before.
    package var deflateLevel: Int
    /// Whether each chunk carries a checksum (fletcher32), which readers verify.
    package var hasChecksum: Bool

    /// A layout; the defaults suit long columns of numbers.
    package init(
      columns: Int? = nil, chunkRows: Int? = nil, deflateLevel: Int = 4, hasChecksum: Bool = true
    ) {
      precondition((0...9).contains(deflateLevel), "deflate level \(deflateLevel), not 0...9")
      precondition(columns ?? 1 > 0, "\(columns ?? 1) columns")
      precondition(chunkRows ?? 1 > 0, "\(chunkRows ?? 1) rows a chunk")
      self.columns = columns
      self.chunkRows = chunkRows
      self.deflateLevel = deflateLevel
      self.hasChecksum = hasChecksum
    }

    var rowsPerChunk: Int { chunkRows ?? max(1, 65_536 / (columns ?? 1)) }
  }

  /// The number of rows, and of columns if it is a table.
  package func shape() throws(HDF5Error) -> [Int] {
    try withID { (id) throws(HDF5Error) in try shape(of: id) }
  }

  /// The type in the file, or nil if it is none of ours.
  package func elementType() throws(HDF5Error) -> HDF5ElementType? {
    try withID { (id) throws(HDF5Error) -> HDF5ElementType? in
      let form = try form(of: id)
      return HDF5ElementType.allCases.first { $0.form == form }
    }
  }

  /// Adds rows at the end.
  ///
  /// - Parameter values: `[n]`, or `[n × columns]` row by row.
  /// - Throws: `HDF5Error`; `.wrongType` if the file's type is another.
  package func append<Scalar: HDF5Scalar>(_ values: [Scalar]) throws(HDF5Error) {
    // Not through `span.bytes`: of a generic element type, Swift 6.3.1 passes another address in
    // release builds.
    try unsafe values.withUnsafeBufferPointer { (values) throws(HDF5Error) in
      try unsafe append(UnsafeRawBufferPointer(values), of: Scalar.elementType, isNative: true)
    }
  }

  /// Adds rows at the end from their little-endian bytes, as they are in the file.
  ///
  /// - Parameters:
  ///   - bytes: `[n × columns × bytes of one element]`.
  ///   - elementType: what they are; has to be the dataset's own type.
  /// - Throws: `HDF5Error`; `.wrongType` if the file's type is another.
  package func append(
    littleEndianBytes bytes: [UInt8], of elementType: HDF5ElementType
  ) throws(HDF5Error) {
    try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(HDF5Error) in
      try unsafe append(UnsafeRawBufferPointer(bytes), of: elementType, isNative: false)
    }
  }

  private func append(
    _ bytes: UnsafeRawBufferPointer, of type: HDF5ElementType, isNative: Bool
  ) throws(HDF5Error) {
    let failure = { file.failure(path, while: .writing) }
    try withID { (id) throws(HDF5Error) in
      let form = try form(of: id)
      guard form == type.form else { throw wrongType(form, wanted: type) }
      let shape = try shape(of: id)
      let rowBytes = type.byteCount * (shape.count == 2 ? shape[1] : 1)
      precondition(
        bytes.count.isMultiple(of: rowBytes),
        "\(bytes.count) bytes are no whole rows of \(rowBytes)")
      let rows = bytes.count / rowBytes
      if rows == 0 { return }
      var extent = shape.map(hsize_t.init)
      extent[0] += hsize_t(rows)
      guard unsafe H5Dset_extent(id, extent) >= 0 else { throw failure() }
      try withSelection(shape[0]..<(shape[0] + rows), of: id, shape: shape, failure) {
        (memory, space) throws(HDF5Error) in
        let native = isNative ? type.native : type.stored
        let code = unsafe H5Dwrite(
          id, native, memory, space, chdf5_default(), bytes.baseAddress)
        guard code >= 0 else { throw failure() }
      }
    }
  }

  /// Reads rows.
  ///
  /// - Parameters:
  ///   - type: what to read them as; every value of the file's type has to fit.
  ///   - rows: which ones, inside the dataset; nil for all.
  /// - Returns: `[n]`, or `[n × columns]` row by row.
  /// - Throws: `HDF5Error`: `.wrongType`, or `.damaged` if a chunk can't be unpacked.
  package func read<Scalar: HDF5Scalar>(
    as type: Scalar.Type, rows: Range<Int>? = nil
  ) throws(HDF5Error) -> [Scalar] {
    let failure = { file.failure(path, while: .reading) }
    return try withID { (id) throws(HDF5Error) -> [Scalar] in
      let form = try form(of: id)
      guard form.fits(type.elementType.form) else {
        throw wrongType(form, wanted: type.elementType)
      }
      let shape = try shape(of: id)
      let rows = rows ?? 0..<shape[0]
      precondition(
        rows.lowerBound >= 0 && rows.upperBound <= shape[0],
        "rows \(rows) of a dataset with \(shape[0])")
      let count = try elementCount(rows.count, shape: shape, form: form, id: id)
      if count == 0 { return [] }
      var values = [Scalar](repeating: .zero, count: count)
      try withSelection(rows, of: id, shape: shape, failure) {
        (memory, space) throws(HDF5Error) in
        let native = type.elementType.native
        let code = unsafe values.withUnsafeMutableBytes { target in
          unsafe H5Dread(id, native, memory, space, chdf5_default(), target.baseAddress)
        }
        guard code >= 0 else { throw failure() }
      }
      return values
    }
  }
}

extension HDF5Dataset {
  /// Reads rows as their little-endian bytes, as they are in the file.
  ///
  /// - Parameters:
  ///   - elementType: what they are; has to be the dataset's own type.
  ///   - rows: which ones, inside the dataset.
  /// - Returns: `[n × columns × bytes of one element]`.
  /// - Throws: `HDF5Error`: `.wrongType`, or `.damaged` if a chunk can't be unpacked.
  package func readLittleEndianBytes(
    of elementType: HDF5ElementType, rows: Range<Int>
  ) throws(HDF5Error) -> [UInt8] {
    let failure = { file.failure(path, while: .reading) }
    return try withID { (id) throws(HDF5Error) -> [UInt8] in
      let form = try form(of: id)
      guard form == elementType.form else { throw wrongType(form, wanted: elementType) }
      let shape = try shape(of: id)
      precondition(
        rows.lowerBound >= 0 && rows.upperBound <= shape[0],
        "rows \(rows) of a dataset with \(shape[0])")
      let count = try elementCount(rows.count, shape: shape, form: form, id: id)
      if count == 0 { return [] }
      var bytes = [UInt8](repeating: 0, count: count * elementType.byteCount)
      try withSelection(rows, of: id, shape: shape, failure) {
        (memory, space) throws(HDF5Error) in
        let code = unsafe bytes.withUnsafeMutableBytes { target in
          unsafe H5Dread(
            id, elementType.stored, memory, space, chdf5_default(), target.baseAddress)
        }
        guard code >= 0 else { throw failure() }
      }
      return bytes
    }
  }

  /// Writes the rows that are still in the chunk cache and gives its memory back.
  ///
  /// Worth a call after the last use where many columns are written or read one by one.
  /// - Throws: `HDF5Error`, on a full disk `.noSpace`.
  package func release() throws(HDF5Error) {
    try file.withOpen(path) { (open) throws(HDF5Error) in
      guard let id = open.datasets.removeValue(forKey: Array(path.utf8)) else { return }
      guard H5Dclose(id) >= 0 else { throw file.failure(path, while: .writing) }
    }
  }
}

// MARK: Plumbing

extension HDF5Dataset {
  /// Opens the dataset, or takes the handle that is still open.
  private func withID<Result: Sendable>(
    _ body: (hid_t) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try file.withOpen(path) { (open) throws(HDF5Error) -> Result in
      let name = Array(path.utf8)
      if let id = open.datasets[name] { return try body(id) }
      guard HDF5Group.exists(path, in: open.id) else {
        throw HDF5Error(.missingObject, file: file.path, object: path, "no such dataset")
      }
      try file.check(path, in: &open)
      let id = unsafe H5Dopen2(open.id, path, chdf5_default())
      guard id >= 0 else { throw file.failure(path, while: .reading) }
      open.datasets[name] = id
      return try body(id)
    }
  }

  private func wrongType(_ form: NumberForm, wanted: HDF5ElementType) -> HDF5Error {
    HDF5Error(
      .wrongType, file: file.path, object: path, "holds \(form), not \(wanted.rawValue)")
  }

  private func form(of id: hid_t) throws(HDF5Error) -> NumberForm {
    let failure = file.failure(path, while: .reading)
    return try withHandle(H5Dget_type(id), closing: H5Tclose, or: failure) {
      (type) throws(HDF5Error) -> NumberForm in
      guard let form = NumberForm(type) else {
        throw HDF5Error(.wrongType, file: file.path, object: path, "doesn't hold plain numbers")
      }
      return form
    }
  }

  private func shape(of id: hid_t) throws(HDF5Error) -> [Int] {
    let failure = { file.failure(path, while: .reading) }
    return try withHandle(H5Dget_space(id), closing: H5Sclose, or: failure()) {
      (space) throws(HDF5Error) -> [Int] in
      let rank = H5Sget_simple_extent_ndims(space)
      guard rank == 1 || rank == 2 else {
        throw HDF5Error(
          .wrongType, file: file.path, object: path, "has \(rank) axes, not 1 or 2")
      }
      var extent: [hsize_t] = [0, 0]
      guard unsafe H5Sget_simple_extent_dims(space, &extent, nil) >= 0 else { throw failure() }
      var shape: [Int] = []
      for length in extent[..<Int(rank)] {
        guard let length = Int(exactly: length) else { throw impossible(extent) }
        shape.append(length)
      }
      return shape
    }
  }

  private func impossible(_ extent: [some BinaryInteger]) -> HDF5Error {
    HDF5Error(
      .damaged, file: file.path, object: path,
      "claims the shape \(extent), more than the file can hold")
  }

  /// The number of elements in `rows` rows, refused where a damaged file claims absurd sizes.
  private func elementCount(
    _ rows: Int, shape: [Int], form: NumberForm, id: hid_t
  ) throws(HDF5Error) -> Int {
    let (count, overflow) = rows.multipliedReportingOverflow(by: shape.count == 2 ? shape[1] : 1)
    let (bytes, tooMany) = count.multipliedReportingOverflow(by: max(form.byteCount, 8))
    guard !overflow, !tooMany else { throw impossible(shape) }
    // Deflate packs at most 1,032 to 1; what the file's own index says of its chunks may be wrong
    // too. Shapes below the first limit are harmless to allocate, even of hundreds of columns.
    let harmless = 1 << 20
    if bytes > harmless, !Self.isVirtual(id), count / 1_100 * form.byteCount > storedBytes(of: id) {
      throw impossible(shape)
    }
    return count
  }

  /// Whether the values lie in other files.
  private static func isVirtual(_ id: hid_t) -> Bool {
    let list = H5Dget_create_plist(id)
    guard list >= 0 else { return false }
    defer { H5Pclose(list) }
    return H5Pget_layout(list) == H5D_VIRTUAL
  }

  /// Bytes that the dataset takes in the file, by its index and at most the file's size.
  private func storedBytes(of id: hid_t) -> Int {
    var fileSize: hsize_t = 0
    let file = H5Iget_file_id(id)
    if file >= 0 {
      unsafe H5Fget_filesize(file, &fileSize)
      H5Fclose(file)
    }
    return Int(clamping: min(fileSize, H5Dget_storage_size(id)))
  }

  /// Selects whole rows in the file, and as many in memory.
  private func withSelection(
    _ rows: Range<Int>, of id: hid_t, shape: [Int], _ failure: () -> HDF5Error,
    _ body: (_ memory: hid_t, _ file: hid_t) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    var start = shape.map { _ in hsize_t(0) }
    var count = shape.map(hsize_t.init)
    start[0] = hsize_t(rows.lowerBound)
    count[0] = hsize_t(rows.count)
    let (first, size) = (start, count)
    let rank = Int32(shape.count)
    try withHandle(H5Dget_space(id), closing: H5Sclose, or: failure()) {
      (space) throws(HDF5Error) in
      let code = unsafe H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nil, size, nil)
      guard code >= 0 else { throw failure() }
      try withHandle(unsafe H5Screate_simple(rank, size, nil), closing: H5Sclose, or: failure()) {
        (memory) throws(HDF5Error) in try body(memory, space)
      }
    }
  }
}
