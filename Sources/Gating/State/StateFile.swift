package import Analysis
internal import Files
internal import Foundation

/// The file in which looks are counted, for one process at a time.
package struct StateFile {
  private let path: String
  /// Longer ones are no states; a look is some ten thousand bytes.
  private static let mostBytes = 256 << 20

  package init(path: String) { self.path = path }

  /// Reads, changes and writes the state while no other process may.
  ///
  /// The file is replaced whole: a process that dies leaves the old one or the new one.
  ///
  /// - Parameter body: what happens to it; where it throws, nothing is written.
  /// - Returns: what `body` returns.
  /// - Throws: `FileError`, `DestinationError`, `GateInputError` for a damaged file, and what `body`
  ///   throws.
  package func update<Result>(_ body: (inout GateState) throws -> Result) throws -> Result {
    let lock = try FileLock(path: try Destination(path).companion("lock"))
    let result = try change(body)
    lock.release()
    return result
  }

  private func change<Result>(_ body: (inout GateState) throws -> Result) throws -> Result {
    let old = try read()
    var new = old
    let result = try body(&new)
    if new != old { try write(new) }
    return result
  }

  /// The state as it is; an empty one where there is no file.
  func read() throws -> GateState {
    let url = URL(filePath: path)
    guard FileManager.default.fileExists(atPath: path) else { return GateState() }
    let data: Data
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      guard (size ?? 0) <= Self.mostBytes else { throw damaged("too long") }
      data = try Data(contentsOf: url)
    } catch let error as GateInputError { throw error } catch {
      throw FileError(error, path: path)
    }
    struct Version: Decodable { let version: Int }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.nan)
    guard let version = try? decoder.decode(Version.self, from: data).version else {
      throw damaged("no JSON of one")
    }
    guard version <= GateState.newestVersion else {
      throw GateInputError(
        path, "was written by a newer version of the tool: use that, or another --state")
    }
    do { return try decoder.decode(GateState.self, from: data) } catch let error as DecodingError {
      throw damaged(Self.words(error))
    }
  }

  private func damaged(_ reason: String) -> GateInputError {
    GateInputError(
      path,
      "is no state of a gate, or a damaged one (\(reason)): bring back a copy of it, or begin anew with "
        + "another --state")
  }

  private static func words(_ error: DecodingError) -> String {
    let path =
      switch error {
      case .keyNotFound(let key, let context): context.codingPath + [key]
      case .typeMismatch(_, let context), .valueNotFound(_, let context): context.codingPath
      case .dataCorrupted(let context): context.codingPath
      @unknown default: [any CodingKey]()
      }
    let place = path.map(\.stringValue).joined(separator: ".")
    return place.isEmpty ? "no JSON of one" : "at " + place
  }

  private static let infinity = "inf"
  private static let nan = "nan"

  private func write(_ state: GateState) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.nan)
    let text = String(decoding: try encoder.encode(state), as: UTF8.self)
    try OutputFile.write(text + "\n", to: path)
  }
}
