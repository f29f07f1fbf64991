/// Why an adapter can't be merged: where, what and the fix, on one line.
package struct AdapterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file or folder.
  package let path: String
  /// What is wrong.
  package let reason: String
  /// What the user can do about it.
  package let fix: String

  init(path: String, _ reason: String, fix: String) {
    (self.path, self.reason, self.fix) = (path, reason, fix)
  }

  /// Everything on one line.
  package var description: String { "\(path): \(reason); \(fix)" }

  static let mergeElsewhere = "merge it with peft's merge_and_unload and save that"
  static let saveAgain = "save the adapter again with peft's save_pretrained"
}
