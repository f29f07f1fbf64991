import Foundation

/// A read-only view of a whole file in memory, without a copy.
///
/// Pages are read when first touched. The file must not be truncated by someone else while it is
/// mapped: touching a page after its new end kills the process, which no program can turn into an
/// error. Checkpoints are written once and renamed, so this does not happen in practice.
@safe package final class MappedFile: @unchecked Sendable {
  /// The file's path as given.
  package let path: String
  private let base: UnsafeRawBufferPointer
  /// Whether the bytes are a file's, so that they can be forgotten and read again.
  package let isOfFile: Bool

  /// Maps the regular file at `path`.
  /// - Throws: `FileError` if it is missing, unreadable or not a regular file.
  package init(path: String) throws(FileError) {
    self.path = path
    isOfFile = true
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw FileError(path: path, number: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, reason: "not a regular file")
    }
    let byteCount = Int(status.st_size)
    guard byteCount > 0 else {
      // mmap refuses length 0; an empty file is an empty buffer and the format's reader says why
      // that is wrong.
      unsafe base = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let mapping = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe mapping, unsafe address != MAP_FAILED else {
      throw FileError(path: path, number: errno)
    }
    unsafe base = UnsafeRawBufferPointer(start: address, count: byteCount)
  }

  /// Memory of its own that reads like a mapped file: for numbers that are made while loading, in
  /// the type that they would be stored in.
  ///
  /// - Parameters:
  ///   - name: what `path` says.
  ///   - count: elements of 16 bits.
  ///   - fill: writes them; they are 0 before.
  /// - Throws: `FileError` if the system has no memory left.
  package init(
    named name: String, halves count: Int, filledBy fill: (inout MutableSpan<UInt16>) -> Void
  ) throws(FileError) {
    path = name
    isOfFile = false
    guard count > 0 else {
      unsafe base = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let mapping = unsafe mmap(
      nil, 2 * count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let address = unsafe mapping, unsafe address != MAP_FAILED else {
      throw FileError(path: name, number: errno)
    }
    let halves = unsafe address.bindMemory(to: UInt16.self, capacity: count)
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(start: halves, count: count))
    fill(&span)
    unsafe base = UnsafeRawBufferPointer(start: address, count: 2 * count)
  }

  deinit {
    if let address = unsafe UnsafeMutableRawPointer(mutating: base.baseAddress) {
      unsafe munmap(address, base.count)
    }
  }

  /// Size of the file in bytes.
  package var byteCount: Int { unsafe base.count }

  /// The file's bytes.
  package var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let span = unsafe RawSpan(_unsafeBytes: base)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// What is about to become of some bytes.
  package enum Use {
    /// They are read soon: the system may begin to fetch them.
    case soon
    /// They are not read for a while: their memory may go to others. Later they are read from the
    /// file again.
    case later
  }

  /// Tells the system what becomes of some bytes; nothing where they are memory of their own.
  ///
  /// Reading them gives the same before and after.
  package func expect(_ use: Use, of range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= byteCount,
      "MappedFile: \(range) does not lie in \(byteCount) bytes")
    guard isOfFile, !range.isEmpty, let base = unsafe base.baseAddress else { return }
    let page = Int(getpagesize())
    let start = range.lowerBound / page * page
    let length = min((range.upperBound + page - 1) / page * page, byteCount) - start
    let advice = use == .soon ? MADV_WILLNEED : MADV_DONTNEED
    // A hint: where it is refused, everything goes on as without.
    _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base + start), length, advice)
  }

  /// Calls `body` with `count` floats from `byteOffset`, if that is an aligned address.
  ///
  /// - Returns: whether it did.
  package func withFloats(
    at byteOffset: Int, count: Int, _ body: (Span<Float>) -> Void
  ) -> Bool {
    precondition(
      byteOffset >= 0 && count >= 0 && count <= (byteCount - byteOffset) / 4,
      "MappedFile: \(count) floats at \(byteOffset) do not lie in \(byteCount) bytes")
    guard byteOffset % MemoryLayout<Float>.alignment == 0, let base = unsafe base.baseAddress else {
      return false
    }
    let floats = unsafe UnsafeBufferPointer(
      start: (base + byteOffset).assumingMemoryBound(to: Float.self), count: count)
    body(unsafe Span(_unsafeElements: floats))
    return true
  }

  /// Bytes a second that a file is read with from its disk, tried on some of its middle.
  ///
  /// The system is asked to forget it first, and to fetch it at once then, as for a block of weights.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - count: bytes to read, at most as many as it has.
  /// - Returns: infinity for none.
  /// - Throws: `FileError` with the system's reason.
  package static func readRate(
    ofFile path: String, sample count: Int
  ) throws(FileError) -> Double {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw FileError(path: path, number: errno)
    }
    let first = max(0, (status.st_size - off_t(count)) / 2)
    #if os(Linux)
      posix_fadvise(descriptor, first, off_t(count), POSIX_FADV_DONTNEED)
    #endif
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    var done = 0
    let start = ContinuousClock.now
    fetch(Int(first)..<Int(first) + count, of: descriptor)
    while done < count {
      let size = min(piece.count, count - done)
      let read = unsafe piece.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, size, first + off_t(done))
      }
      if read == 0 { break }
      if read < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, number: errno)
      }
      done += read
    }
    let time = (ContinuousClock.now - start).components
    let seconds = Double(time.seconds) + 1e-18 * Double(time.attoseconds)
    return done == 0 ? .infinity : Double(done) / max(seconds, 1e-9)
  }

  /// Asks the system to begin to fetch some of an open file; where it doesn't, reading just waits.
  ///
  /// - Parameters:
  ///   - range: bytes, which may go beyond its end.
  ///   - descriptor: of the file.
  package static func fetch(_ range: Range<Int>, of descriptor: Int32) {
    #if os(Linux)
      posix_fadvise(descriptor, off_t(range.lowerBound), off_t(range.count), POSIX_FADV_WILLNEED)
    #endif
  }
}
