package import Files

/// Why an HDF5 file could not be used as asked: the file, the object in it, what, and the fix.
package struct HDF5Error: SystemFaultError, Equatable, CustomStringConvertible {
  /// What went wrong, for callers that act on it.
  package enum Kind: Equatable, Sendable {
    /// The file does not exist.
    case missingFile
    /// The file exists and may not be replaced.
    case fileExists
    /// The file is not HDF5 at all.
    case notHDF5
    /// The file ends before its own records say, or its contents contradict themselves.
    case damaged
    /// The system refused to read.
    case unreadable
    /// The system refused to write.
    case unwritable
    /// The disk, the quota or the allowed file size is used up.
    case noSpace
    /// The disk failed.
    case deviceFailed
    /// Another process holds the file open for writing.
    case busy
    /// No object or attribute of that name.
    case missingObject
    /// The object has another type or shape than was asked for.
    case wrongType
    /// A value that HDF5 cannot hold.
    case badValue
    /// The file was closed before.
    case closed
    /// The library refused for another reason.
    case library
  }

  /// What went wrong, for callers that act on it.
  package let kind: Kind
  /// The file's path as given.
  package let file: String
  /// The object's path inside the file, or empty for the file as a whole.
  package let object: String
  /// What went wrong and how to fix it, without the paths.
  package let message: String

  init(_ kind: Kind, file: String, object: String = "", _ message: String) {
    self.kind = kind
    self.file = file
    self.object = object
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

  /// One line: file, object, what and fix.
  package var description: String {
    object.isEmpty ? "\(file): \(message)" : "\(file): \(object): \(message)"
  }
}
