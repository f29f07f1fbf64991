/// Why an adapter can't be merged: where, what and the mend, on one line.
public struct AdapterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// What is wrong.
  public let reason: String
  /// What the user can do about it.
  public let mend: String

  init(path: String, _ reason: String, mend: String) {
    (self.path, self.reason, self.mend) = (path, reason, mend)
  }

  /// Everything on one line.
  public var description: String { "\(path): \(reason); \(mend)" }

  static let mergeElsewhere = "merge it with peft's merge_and_unload and save that"
  static let saveAgain = "save the adapter again with peft's save_pretrained"
}
