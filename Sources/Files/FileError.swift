internal import Foundation

/// Why a file or a folder could not be used: the path and the system's reason.
package struct FileError: SystemFaultError, Equatable, CustomStringConvertible {
  /// The file that was asked for.
  package let path: String
  /// The system's message for `errno`.
  package let reason: String
  /// What that means for callers that act on it.
  package let fault: SystemFault
  /// Whether it is a pipe that nobody reads from any more.
  package let isBrokenPipe: Bool

  init(path: String, reason: String, fault: SystemFault = .other, isBrokenPipe: Bool = false) {
    (self.path, self.reason, self.fault) = (path, reason, fault)
    self.isBrokenPipe = isBrokenPipe
  }

  /// One line: path and reason.
  package var description: String { "\(path): \(reason)" }

  package var systemFault: SystemFault? { fault }
}

extension FileError {
  /// What Foundation's file handling threw, without its sentence around the system's words.
  ///
  /// - Parameters:
  ///   - error: of `FileManager` or `FileHandle`.
  ///   - path: the file that it was about.
  package init(_ error: any Error, path: String) {
    let known = error as NSError
    let inner = (known.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
    let system = [known, inner].compactMap { $0 }.first { $0.domain == NSPOSIXErrorDomain }
    if let system {
      self.init(path: path, number: Int32(system.code))
    } else if known.domain == NSCocoaErrorDomain,
      let number = Self.numbers[CocoaError.Code(rawValue: known.code)]
    {
      self.init(path: path, number: number)
    } else {
      self.init(path: path, reason: known.localizedDescription)
    }
  }

  /// What Foundation says in words of its own where it leaves the system's out.
  private static let numbers: [CocoaError.Code: Int32] = [
    .fileWriteOutOfSpace: ENOSPC, .fileWriteNoPermission: EACCES,
    .fileWriteVolumeReadOnly: EROFS, .fileNoSuchFile: ENOENT, .fileWriteFileExists: EEXIST,
    .fileReadNoPermission: EACCES, .fileReadNoSuchFile: ENOENT,
  ]

  /// The reason for an `errno`.
  init(path: String, number: Int32) {
    self.init(
      path: path, reason: unsafe String(cString: strerror(number)),
      fault: SystemFault(number: number), isBrokenPipe: number == EPIPE)
  }
}
