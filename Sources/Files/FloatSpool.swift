import Foundation

/// Floats that wait on the disk between being made and being used.
///
/// The file has no name from the first moment on: whatever ends the process, nothing is left.
package struct FloatSpool: ~Copyable {
  private let path: String
  private let descriptor: Int32
  /// Floats that were appended.
  package private(set) var count = 0

  /// Opens an empty spool.
  ///
  /// - Parameter path: a name beside which the disk space is taken, for messages; a file of that name
  ///   is not touched.
  /// - Throws: `FileError` with the system's reason.
  package init(path: String) throws(FileError) {
    self.path = path
    // Never a file that is there already: the system makes up the end of the name.
    var name = (path + ".XXXXXX").utf8CString
    descriptor = unsafe name.withUnsafeMutableBufferPointer { name in
      guard let start = name.baseAddress else { return -1 }
      let descriptor = unsafe mkstemp(start)
      if descriptor >= 0 { _ = unsafe unlink(start) }
      return descriptor
    }
    guard descriptor >= 0 else {
      let number = errno
      throw FileError(path: path, number: number)
    }
  }

  deinit { close(descriptor) }

  /// Writes floats after those that are there.
  ///
  /// - Parameter floats: any number.
  /// - Returns: where they are.
  /// - Throws: `FileError` with the system's reason, such as a full disk.
  package mutating func append(_ floats: Span<Float>) throws(FileError) -> Range<Int> {
    let bytes = unsafe floats.bytes
    let start = count * MemoryLayout<Float>.stride
    var done = 0
    while done < bytes.byteCount {
      let rest = bytes.extracting(done..<bytes.byteCount)
      done += try moved { descriptor in
        unsafe rest.withUnsafeBytes {
          unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(start + done))
        }
      }
    }
    count += floats.count
    return count - floats.count..<count
  }

  /// Reads floats back.
  ///
  /// - Parameters:
  ///   - range: what `append` returned, or a part of it.
  ///   - floats: as many as `range` has, overwritten.
  /// - Throws: `FileError` with the system's reason.
  package func read(
    _ range: Range<Int>, into floats: inout MutableSpan<Float>
  ) throws(FileError) {
    precondition(
      range.upperBound <= count && floats.count == range.count,
      "FloatSpool: \(floats.count) floats for \(range) of \(count)")
    let stride = MemoryLayout<Float>.stride
    var done = 0
    while done < range.count * stride {
      done += try moved { descriptor in
        unsafe floats.withUnsafeMutableBytes { bytes in
          unsafe pread(
            descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
            off_t(range.lowerBound * stride + done))
        }
      }
    }
  }

  /// Forgets everything and gives the space back.
  /// - Throws: `FileError` with the system's reason.
  package mutating func clear() throws(FileError) {
    guard ftruncate(descriptor, 0) == 0 else {
      let number = errno
      throw FileError(path: path, number: number)
    }
    count = 0
  }

  /// Bytes that a call of the system moved; it is made again where a signal came between.
  private borrowing func moved(_ call: (Int32) -> Int) throws(FileError) -> Int {
    while true {
      let bytes = call(descriptor)
      if bytes > 0 { return bytes }
      let number = bytes == 0 ? EIO : errno
      if number != EINTR { throw FileError(path: path, number: number) }
    }
  }
}
