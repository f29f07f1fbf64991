internal import Files
internal import Foundation
internal import Training
internal import Yams

/// A part of a YAML file, with its place for errors: what isn't asked for is refused by name.
struct StudyNode {
  private let node: Node
  private let file: String
  private let line: Int?
  /// Keys that lead here.
  private let keys: [String]

  /// Longer files are none of ours.
  private static let mostBytes = 1 << 20

  /// A whole file.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - kind: what such files are, for errors, say `studies`.
  /// - Throws: `StudyError` where it can't be read or is no YAML.
  init(file path: String, of kind: String) throws {
    guard let identity = FileIdentity(path) else { throw StudyError(path, "no such file") }
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
    guard identity.kind == .regular, (size ?? 0) <= Self.mostBytes,
      let text = try? String(contentsOfFile: path, encoding: .utf8)
    else {
      throw StudyError(path, "can't be read as a text of at most 1 MB; name a YAML file")
    }
    try self.init(yaml: text, path: path, of: kind)
  }

  /// A text; `path` is named in messages.
  ///
  /// - Throws: `StudyError` where it is no YAML, or empty.
  init(yaml: String, path: String, of kind: String) throws {
    if let problem = YAMLAlias.problem(in: yaml, of: kind) { throw StudyError(path, problem) }
    let root: Node?
    do { root = try Yams.compose(yaml: yaml) } catch let problem as YamlError {
      switch problem {
      case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
        .composer(_, let text, let mark, _):
        throw StudyError("\(path), line \(mark.line)", "no YAML: \(text)")
      case .duplicatedKeysInMapping(let keys, let context):
        throw StudyError(
          "\(path), line \(context.mark.line)", "\(keys.joined(separator: ", ")) is there twice")
      default: throw StudyError(path, "no YAML")
      }
    } catch { throw StudyError(path, "no YAML") }
    guard let root else { throw StudyError(path, "is empty") }
    self.init(root, path, root.mark?.line, [])
  }

  private init(_ node: Node, _ file: String, _ line: Int?, _ keys: [String]) {
    (self.node, self.file, self.line, self.keys) = (node, file, line, keys)
  }

  /// File and line.
  var place: String { line.map { "\(file), line \($0)" } ?? file }

  /// An error here.
  func error(_ message: String) -> StudyError {
    StudyError(place, (keys.isEmpty ? "" : keys.joined(separator: ".") + ": ") + message)
  }

  // MARK: Mappings

  /// Names with their parts, in the file's order.
  ///
  /// - Parameter known: names that there can be; nil for any.
  /// - Returns: each with its part.
  /// - Throws: `StudyError` where it is no mapping, or has another name: with the nearest.
  func members(_ known: [String]? = nil) throws -> [(name: String, node: StudyNode)] {
    guard let mapping = node.mapping else {
      throw error("should be keys with values" + (known.map { ", say \($0[0])" } ?? ""))
    }
    return try mapping.map { key, value in
      let name = key.scalar?.string ?? "?"
      let inner = StudyNode(value, file, key.mark?.line ?? line, keys + [name])
      if let known, !known.contains(name) {
        throw inner.error("no such key; did you mean '\(Self.nearest(to: name, among: known))'?")
      }
      return (name, inner)
    }
  }

  /// The name that takes the fewest edits.
  static func nearest(to name: String, among known: [String]) -> String {
    known.min { EditDistance.between(name, $0) < EditDistance.between(name, $1) } ?? name
  }

  /// The same by name.
  func table(_ known: [String]) throws -> [String: StudyNode] {
    Dictionary(try members(known).map { ($0.name, $0.node) }) { first, _ in first }
  }

  // MARK: Values

  /// The parts of a list.
  func elements() throws -> [StudyNode] {
    guard let sequence = node.sequence else { throw error("should be a list, say [a, b]") }
    return sequence.enumerated().map {
      StudyNode($0.element, file, $0.element.mark?.line ?? line, keys)
    }
  }

  /// Whether it is a list.
  var isList: Bool { node.sequence != nil }

  /// One value as written.
  func text() throws -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw error("needs one value") }
    return text
  }

  /// One value, or a list of them, as `train --set` takes it: quotes stay.
  func override() throws -> String {
    if isList {
      return try "[" + elements().map { try $0.override() }.joined(separator: ", ") + "]"
    }
    guard let scalar = node.scalar else { throw error("needs one value") }
    guard scalar.style == .plain || scalar.style == .any else {
      return "'\(scalar.string.replacing("'", with: "''"))'"
    }
    return scalar.string
  }

  /// A name that can be that of a run, a folder and a model in a log.
  func name() throws -> String {
    let text = try text()
    guard text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil else {
      throw error("'\(text)' is no name: take letters, digits, '-', '_' and '.'")
    }
    return text
  }

  /// A whole number in a range.
  func integer(in range: ClosedRange<Int>) throws -> Int {
    let text = try text()
    guard let number = Int(text.filter { $0 != "_" }), range.contains(number) else {
      throw error(
        "should be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }

  /// A number in a range.
  func number(in range: ClosedRange<Double>) throws -> Double {
    let text = try text()
    guard let number = Double(text), range.contains(number) else {
      throw error(
        "should be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }

  /// Seeds: `1-8`, `1,2,5`, or a list of these.
  func seeds() throws -> [UInt64] {
    let text = try isList ? elements().map { try $0.text() }.joined(separator: ",") : text()
    guard let seeds = SeedList.seeds(of: text) else {
      throw error("'\(text)' should be \(SeedList.words)")
    }
    return seeds
  }
}
