import Foundation

/// Why the system refused a file or a folder, as far as anybody acts on it.
package enum SystemFault: Equatable, Sendable {
  /// The disk or the quota is used up.
  case noSpace
  /// The file would become longer than the process may write.
  case fileSizeLimit
  /// The disk itself failed.
  case device
  /// No memory is left.
  case noMemory
  /// The rights, or a disk that is only for reading.
  case notAllowed
  /// The folder isn't there, or is none.
  case missing
  /// Everything else.
  case other

  /// The meaning of an `errno`.
  package init(number: Int32) {
    switch number {
    case ENOSPC, EDQUOT: self = .noSpace
    case EFBIG: self = .fileSizeLimit
    case EIO: self = .device
    case ENOMEM: self = .noMemory
    case EACCES, EPERM, EROFS: self = .notAllowed
    case ENOENT, ENOTDIR: self = .missing
    default: self = .other
    }
  }

  /// Whether the machine is at fault rather than what was asked of it.
  package var isMachine: Bool {
    switch self {
    case .noSpace, .fileSizeLimit, .device, .noMemory: true
    case .notAllowed, .missing, .other: false
    }
  }

  /// What a user can do about it.
  package var mend: String {
    switch self {
    case .noSpace: "free space or choose another disk"
    case .fileSizeLimit: "raise the allowed file size or choose another disk"
    case .device: "check the disk or choose another one"
    case .noMemory: "free memory"
    case .notAllowed: "check the rights or choose another folder"
    case .missing, .other: "check the path"
    }
  }
}

extension MappedFileError {
  /// What Foundation's file handling threw, without its sentence around the system's words.
  ///
  /// - Parameters:
  ///   - error: of `FileManager` or `FileHandle`.
  ///   - path: the file that it was about.
  package init(_ error: any Error, path: String) {
    let known = error as NSError
    let inner = known.userInfo[NSUnderlyingErrorKey] as? NSError
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

  /// The reason behind an `errno`.
  init(path: String, number: Int32) {
    self.init(
      path: path, reason: unsafe String(cString: strerror(number)),
      fault: SystemFault(number: number))
  }
}
