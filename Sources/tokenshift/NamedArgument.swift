import Foundation

/// `NAME=VALUE`, the name of a model, of texts, of a run.
struct NamedArgument {
  /// Empty where it was left empty; nil without an equals sign.
  let name: String?
  let value: String

  /// The name ends at the first equals sign; a path may hold more of them.
  init(_ argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts.count == 2 ? String(parts[0]) : nil
    value = parts.count == 2 ? String(parts[1]) : argument
  }

  /// A path, with or without `LABEL=` before it; one that exists as it stands has no label.
  static func labelled(_ argument: String) -> (label: String?, path: String) {
    let named = Self(argument)
    guard let name = named.name, !name.isEmpty,
      !FileManager.default.fileExists(atPath: argument)
    else { return (nil, argument) }
    return (name, named.value)
  }

  /// `NAME=DIR` of a model; a folder alone gives its own name, and that of an adapter its adapter's.
  static func model(_ argument: String) -> (name: String, directory: String) {
    if let (name, directory) = Self(argument).pair { return (name, directory) }
    let last = argument.split(separator: "+").last.map(String.init) ?? argument
    return (URL(filePath: last).standardized.lastPathComponent, argument)
  }

  /// Both; nil where one of them is missing or empty.
  var pair: (name: String, value: String)? {
    guard let name, !name.isEmpty, !value.isEmpty else { return nil }
    return (name, value)
  }
}
