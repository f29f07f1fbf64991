internal import Files
internal import Foundation
internal import HDF5

/// Why a log could not be written or read: the file, what, and the mend.
package struct RunLogError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong, for callers that act on it.
  package enum Kind: Equatable, Sendable {
    /// The file, or the folder it should go to, does not exist.
    case missingFile
    /// The system refused to read.
    case unreadable
    /// The system refused to write.
    case unwritable
    /// The disk, the quota or the allowed file size is used up.
    case noSpace
    /// The disk failed.
    case deviceFailed
    /// Another run is writing the same log.
    case busy
    /// Not a token log at all.
    case notALog
    /// Written by a newer major version of the schema.
    case newerSchema
    /// The file contradicts itself, or lacks what the schema asks for.
    case damaged
    /// The log has no such model.
    case missingModel
    /// The log has no such pair.
    case missingPair
    /// A name, or a header, that the schema can't hold.
    case badHeader
    /// Two logs, or a log and the run that is to go on with it, don't belong together.
    case differs
  }

  /// What went wrong, for callers that act on it.
  package let kind: Kind
  /// The file's path as given; empty where no file is at fault.
  package let path: String
  /// What went wrong and how to mend it, without the path.
  package let message: String

  init(_ kind: Kind, _ path: String, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  /// One line: the file, what and mend.
  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension RunLogError {
  /// The same error, from the format's layer.
  init(_ error: HDF5Error) {
    let kind: Kind =
      switch error.kind {
      case .missingFile: .missingFile
      case .notHDF5: .notALog
      case .damaged, .missingObject, .wrongType, .badValue, .library: .damaged
      case .unreadable, .closed: .unreadable
      case .unwritable, .fileExists: .unwritable
      case .noSpace: .noSpace
      case .deviceFailed: .deviceFailed
      case .busy: .busy
      }
    let place = error.object.isEmpty ? "" : error.object + ": "
    self.init(kind, error.file, place + error.message)
  }

  /// The same error, from Foundation's file handling; `action` is say "cannot write".
  init(_ error: any Error, _ path: String, _ action: String, isReading: Bool = false) {
    let known = error as NSError
    let system = (known.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError } ?? known
    guard system.domain == NSPOSIXErrorDomain else {
      self.init(isReading ? .unreadable : .unwritable, path, "\(action): \(known)")
      return
    }
    let kind: Kind
    var mend = ""
    switch Int32(system.code) {
    case ENOSPC, EDQUOT:
      kind = .noSpace
      mend = ": free space or choose another disk"
    case EFBIG:
      kind = .noSpace
      mend = ": raise the allowed file size or choose another disk"
    case EIO:
      kind = .deviceFailed
      mend = ": check the disk or choose another one"
    case ENOENT:
      kind = .missingFile
      mend = isReading ? "" : ": create the folder first"
    default: kind = isReading ? .unreadable : .unwritable
    }
    let reason = POSIXErrorCode(rawValue: Int32(system.code)).map { POSIXError($0) }
    let text = reason.map { Self.words($0) } ?? "error \(system.code)"
    self.init(kind, path, "\(action): \(text)\(mend)")
  }

  /// The system's words for the number, without Foundation's sentence around them.
  private static func words(_ error: POSIXError) -> String {
    switch error.code {
    case .ENOSPC: "No space left on device"
    case .EDQUOT: "Disk quota exceeded"
    case .EFBIG: "File too large"
    case .ENOENT: "No such file or folder"
    case .EACCES, .EPERM: "Permission denied"
    case .EROFS: "Read-only file system"
    case .ENOTDIR: "A part of the path is not a folder"
    case .EISDIR: "It is a folder"
    default: error.localizedDescription
    }
  }
}

extension RunLogError {
  /// The same error, from the rule for outputs.
  init(_ error: DestinationError) { self.init(.unwritable, error.path, error.reason) }
}

/// Runs `body` and gives an error of the format's layer the type of this one.
func translating<Result>(
  _ body: () throws(HDF5Error) -> Result
) throws(RunLogError) -> Result {
  do { return try body() } catch { throw RunLogError(error) }
}
