internal import CHDF5

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The bytes of an open file, beside the library.
///
/// Global heaps have no checksum in the format, and the library follows what a damaged one says: out
/// of its memory, or in a circle for ever. What lies in them is therefore read here, with every step
/// checked; the library only says where objects are, in structures that have checksums.
struct RawFile {
  let path: String
  /// What is being read, for messages.
  let object: String
  /// Bytes of an address, and of a length, in this file.
  let addressBytes: Int
  let lengthBytes: Int
  private let descriptor: Int32
  /// Where the library counts addresses from: the end of a user block.
  private let base: UInt64
  /// Bytes of the file after the base.
  let size: UInt64

  /// To be made under the library's lock, of a file that is open for reading.
  init(_ id: hid_t, path: String, object: String) throws(HDF5Error) {
    self.path = path
    self.object = object
    descriptor = chdf5_descriptor(id)
    let failure = ErrorStack().error(file: path, object: object, while: .reading)
    (addressBytes, lengthBytes, base) = try withHandle(
      H5Fget_create_plist(id), closing: H5Pclose, or: failure
    ) { (list) throws(HDF5Error) -> (Int, Int, UInt64) in
      var (addresses, lengths, block) = (0, 0, hsize_t(0))
      guard unsafe H5Pget_sizes(list, &addresses, &lengths) >= 0,
        unsafe H5Pget_userblock(list, &block) >= 0
      else { throw failure }
      return (addresses, lengths, UInt64(block))
    }
    var status = stat()
    guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0 else { throw failure }
    let total = UInt64(max(status.st_size, 0))
    size = total - min(base, total)
    guard (2...8).contains(addressBytes), (2...8).contains(lengthBytes) else {
      throw HDF5Error(
        .damaged, file: path, object: object,
        "has addresses of \(addressBytes) and lengths of \(lengthBytes) bytes, which aren't read")
    }
  }

  /// The piece of `count` bytes at an address.
  func piece(_ address: UInt64, _ count: UInt64, of what: String) throws(HDF5Error) -> RawPiece {
    guard address <= size, count <= size - address, let length = Int(exactly: count) else {
      throw damage(address, "\(what) of \(count) bytes goes beyond the file's end")
    }
    var bytes = [UInt8](repeating: 0, count: length)
    var done = 0
    while done < length {
      let start = done
      let code = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: start), length - start,
          off_t(base + address) + off_t(start))
      }
      guard code > 0 else {
        if code < 0, errno == EINTR { continue }
        if code < 0 { throw .system(errno, file: path, object: object, while: .reading) }
        throw damage(address, "\(what) goes beyond the file's end")
      }
      done += code
    }
    return RawPiece(file: self, address: address, bytes: bytes)
  }

  /// All bytes from an address on, at most `count`.
  func prefix(_ address: UInt64, _ count: UInt64, of what: String) throws(HDF5Error) -> RawPiece {
    try piece(address, min(count, address <= size ? size - address : count), of: what)
  }

  /// The error for what stands at an address.
  func damage(_ address: UInt64, _ what: String) -> HDF5Error {
    let place = address.addingReportingOverflow(base)
    return HDF5Error(
      .damaged, file: path, object: object,
      "byte \(place.overflow ? address : place.partialValue): \(what): "
        + "the file is damaged, copy or make it again")
  }

  /// The address that stands for none.
  var undefined: UInt64 { addressBytes == 8 ? .max : (1 << UInt64(8 * addressBytes)) - 1 }
}

/// Some bytes of a file, read in order.
struct RawPiece {
  let file: RawFile
  /// Of the first byte.
  let address: UInt64
  let bytes: [UInt8]
  private(set) var position = 0

  init(file: RawFile, address: UInt64, bytes: [UInt8]) {
    (self.file, self.address, self.bytes) = (file, address, bytes)
  }

  var remaining: Int { bytes.count - position }

  /// The next bytes.
  mutating func take(_ count: Int) throws(HDF5Error) -> [UInt8] {
    guard count >= 0, count <= remaining else {
      throw damage("\(count) bytes were expected, \(remaining) are left")
    }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  mutating func skip(_ count: Int) throws(HDF5Error) { _ = try take(count) }

  /// The next `count` bytes as a number, the first one lowest.
  mutating func number(_ count: Int) throws(HDF5Error) -> UInt64 {
    try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func int(_ count: Int) throws(HDF5Error) -> Int {
    let value = try number(count)
    guard let int = Int(exactly: value) else { throw damage("\(value) is no length") }
    return int
  }

  mutating func nextAddress() throws(HDF5Error) -> UInt64 { try number(file.addressBytes) }
  mutating func nextLength() throws(HDF5Error) -> UInt64 { try number(file.lengthBytes) }

  /// Four letters that begin a structure, and its version.
  mutating func signature(
    _ letters: String, version: UInt64, _ what: String
  ) throws(HDF5Error) {
    let start = self
    guard try take(4) == Array(letters.utf8), try number(1) == version else {
      throw start.damage("no \(what) begins here")
    }
  }

  /// The error for the next byte.
  func damage(_ what: String) -> HDF5Error { file.damage(address + UInt64(position), what) }
}
