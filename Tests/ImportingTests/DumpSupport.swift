import Foundation
import Importing
import TestSupport
import Testing

/// What a reader makes of a file.
struct Dumped {
  var texts: [DumpedText]
  var source: DumpSource
}

/// Reads a file with this text; the format is told by the contents unless given.
func dumped(
  _ text: String, as format: ImportFormat, tokens: [String]? = nil, specialIDs: Set<UInt32> = [],
  mapping: String? = nil
) throws -> Dumped {
  try withTemporaryFolder { folder in
    let path = folder.appending(path: "dump").path
    try Data(text.utf8).write(to: URL(filePath: path))
    let yaml = folder.appending(path: "mapping.yaml")
    if let mapping { try Data(mapping.utf8).write(to: yaml) }
    return try dumped(
      file: path, as: format,
      options: DumpOptions(
        tokens: tokens.map { $0.map { Array($0.utf8) } }, specialIDs: specialIDs,
        mapping: mapping == nil ? nil : try ImportMapping(path: yaml.path)))
  }
}

func dumped(
  file path: String, as format: ImportFormat, options: DumpOptions = DumpOptions()
) throws -> Dumped {
  var reader = try DumpReaders.open(path, as: format, options: options)
  var texts: [DumpedText] = []
  while let text = try reader.next(pause: {}) { texts.append(text) }
  return Dumped(texts: texts, source: reader.source)
}

/// Expects a fault of one line with these words.
func expectDumpFault(
  _ text: String, as format: ImportFormat, tokens: [String]? = nil, mapping: String? = nil,
  _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    _ = try dumped(text, as: format, tokens: tokens, mapping: mapping)
    Issue.record("was read", sourceLocation: sourceLocation)
  } catch {
    let line = "\(error)"
    #expect(!line.contains("\n"), sourceLocation: sourceLocation)
    for word in words {
      #expect(line.contains(word), "\(line)", sourceLocation: sourceLocation)
    }
  }
}

/// Equal, where NaN is equal to NaN.
func isSame(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}
