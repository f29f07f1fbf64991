import Foundation
import Safetensors
import TestSupport
import Testing

/// The bytes of a file from the text of its header and the number of data bytes.
func safetensorsBytes(header: String, dataSize: Int = 0, claimedLength: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  let length = claimedLength ?? UInt64(text.count)
  let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
  return prefix + text + (0..<dataSize).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
}

/// Writes the bytes to a file that exists while `body` runs.
func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    let path = folder.appending(path: "weights.safetensors").path
    try Data(bytes).write(to: URL(filePath: path))
    return try body(path)
  }
}

/// The error of opening a file with these bytes; records an issue if it opens.
func refusal(of bytes: [UInt8]) throws -> SafetensorsError {
  try withFile(bytes) { path in
    try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
  }
}
