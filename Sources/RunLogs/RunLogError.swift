package import Files
internal import Foundation
internal import HDF5

/// Why a log could not be written or read: the file, what, and the fix.
package struct RunLogError: SystemFaultError, Equatable, CustomStringConvertible {
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
    /// The log, which was imported, has no such column.
    case missingColumn
    /// The log has no such text.
    case missingText
    /// A name, or a header, that the schema can't hold.
    case badHeader
    /// Two logs, or a log and the run that is to go on with it, don't belong together.
    case differs
  }

  /// What went wrong, for callers that act on it.
  package let kind: Kind
  /// The file's path as given; empty where no file is at fault.
  package let path: String
  /// What went wrong and how to fix it, without the path.
  package let message: String

  init(_ kind: Kind, _ path: String, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  package var systemFault: SystemFault? {
    switch kind {
    case .noSpace: .noSpace
    case .deviceFailed: .device
    case .missingFile: .missing
    case .unreadable, .unwritable: .other
    default: nil
    }
  }

  /// One line: the file, what and fix.
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
    let known = FileError(error, path: path)
    let (kind, fix): (Kind, String?) =
      switch known.fault {
      case .noSpace, .fileSizeLimit: (.noSpace, known.fault.fix)
      case .device: (.deviceFailed, known.fault.fix)
      case .missing: (.missingFile, isReading ? nil : "create the folder first")
      case .notAFolder: (isReading ? .unreadable : .unwritable, known.fault.fix)
      case .noMemory, .notAllowed, .other: (isReading ? .unreadable : .unwritable, nil)
      }
    self.init(kind, path, "\(action): \(known.reason)\(fix.map { ": " + $0 } ?? "")")
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
