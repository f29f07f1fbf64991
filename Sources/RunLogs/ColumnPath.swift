internal import Foundation

/// Where columns of a training log lie; names that others chose may have slashes, dots and anything else.
enum ColumnPath {
  private static let plain = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")

  /// The dataset of a column, below the root.
  static func path(of name: String) -> String {
    guard name.hasPrefix(TrainingLog.otherPrefix) else { return "train/" + name }
    let rest = String(name.dropFirst(TrainingLog.otherPrefix.count))
    let escaped = rest.addingPercentEncoding(withAllowedCharacters: plain) ?? rest
    // A dot alone is the group itself.
    let isHidden = escaped.hasPrefix(".")
    return TrainingLog.otherPrefix + (isHidden ? "%2E" + escaped.dropFirst() : escaped)
  }

  /// The column whose dataset in `/other` has this name.
  static func name(ofOther dataset: String) -> String {
    TrainingLog.otherPrefix + (dataset.removingPercentEncoding ?? dataset)
  }
}
