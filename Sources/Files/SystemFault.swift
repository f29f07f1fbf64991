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
  /// The file or its folder isn't there.
  case missing
  /// A part of the path is a file.
  case notAFolder
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
    case ENOENT: self = .missing
    case ENOTDIR: self = .notAFolder
    default: self = .other
    }
  }

  /// Whether the machine is at fault rather than what was asked of it.
  package var isMachine: Bool {
    switch self {
    case .noSpace, .fileSizeLimit, .device, .noMemory: true
    case .notAllowed, .missing, .notAFolder, .other: false
    }
  }

  /// What a user can do about it.
  package var fix: String {
    switch self {
    case .noSpace: "free space or choose another disk"
    case .fileSizeLimit: "raise the allowed file size or choose another disk"
    case .device: "check the disk or choose another one"
    case .noMemory: "free memory"
    case .notAllowed: "check the rights or choose another folder"
    case .notAFolder: "a part of the path is a file, choose another one"
    case .missing, .other: "check the path"
    }
  }
}

/// An error that may be the machine's: whoever reports it asks for the fault, whatever its type.
package protocol SystemFaultError: Error {
  /// What the system had against it; nil where the contents of a file or the user are at fault.
  var systemFault: SystemFault? { get }
}
