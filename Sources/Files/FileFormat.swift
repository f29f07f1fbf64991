/// What a file is, told by its first bytes: the one table of them.
///
/// To be asked only where something else was wanted and isn't there: safetensors, for one, begin
/// with a length, which may have any bytes.
package enum FileFormat: Sendable, Equatable {
  /// What Git leaves where Git LFS didn't fetch the file.
  case gitLFSPointer
  /// Packed bytes; how, and the program that unpacks them.
  case compressed(String, by: String)
  /// A zip archive; spreadsheets and PyTorch's files are some.
  case zip
  /// A pickle of Python, protocols 2 to 5.
  case pickle
  /// A model of llama.cpp.
  case gguf
  /// HDF5.
  case hdf5
  /// Parquet.
  case parquet
  /// A file of Arrow or Feather.
  case arrow
  /// A stream of Arrow, as the datasets library stores tables.
  case arrowStream
  /// UTF-8 after a byte-order mark.
  case markedUTF8
  /// Text of another encoding, by its name.
  case text(encoding: String)
  /// HTML or XML.
  case webPage
  /// What the Hugging Face hub answers in a file's place.
  case downloadMessage
  /// Nothing but zeros.
  case zeros

  /// The most bytes that are looked at.
  package static let longestStart = 64

  /// Recognises a file; nil if none of these begins so.
  ///
  /// - Parameter bytes: the file's first bytes, `longestStart` of them where it has so many.
  package init?(start bytes: some Sequence<UInt8>) {
    let start = Array(bytes.prefix(Self.longestStart))
    if let entry = Self.magics.first(where: { start.starts(with: $0.bytes) }) {
      self = entry.format
      return
    }
    let text = start.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
      .map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    if Self.pages.contains(where: { text.starts(with: $0.utf8) }) {
      self = .webPage
    } else if Self.messages.contains(where: { text.starts(with: $0.utf8) }) {
      self = .downloadMessage
    } else if let encoding = Self.wideEncoding(start) {
      self = .text(encoding: encoding)
    } else if start.count >= 16, start.allSatisfy({ $0 == 0 }) {
      self = .zeros
    } else {
      return nil
    }
  }

  /// What it is, with its article.
  package var words: String {
    switch self {
    case .gitLFSPointer: "a Git LFS pointer, not the file that it stands for"
    case .compressed(let method, _): "compressed by \(method)"
    case .zip: "a zip archive"
    case .pickle: "a Python pickle"
    case .gguf: "a GGUF file of llama.cpp"
    case .hdf5: "an HDF5 file"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow file"
    case .arrowStream: "an Arrow stream"
    case .markedUTF8: "text with a byte-order mark"
    case .text(let encoding): "text in \(encoding)"
    case .webPage: "a web page, not the file itself"
    case .downloadMessage: "the message of a download that failed"
    case .zeros: "filled with zeros, as a download leaves it that broke off"
    }
  }

  private static let magics: [(bytes: [UInt8], format: Self)] =
    [
      (Array("version https://git-lfs".utf8), .gitLFSPointer),
      ([0x1F, 0x8B, 0x08], .compressed("gzip", by: "gunzip")),
      ([0x28, 0xB5, 0x2F, 0xFD], .compressed("zstd", by: "unzstd")),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .compressed("xz", by: "unxz")),
      (Array("BZh".utf8), .compressed("bzip2", by: "bunzip2")),
      ([0x04, 0x22, 0x4D, 0x18], .compressed("lz4", by: "unlz4")),
      ([0x37, 0x7A, 0xBC, 0xAF], .compressed("7-Zip", by: "7z x")),
      (Array("PK\u{3}\u{4}".utf8), .zip),
      (Array("GGUF".utf8), .gguf),
      ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A], .hdf5),
      (Array("PAR1".utf8), .parquet),
      (Array("ARROW1".utf8), .arrow),
      ([0xFF, 0xFF, 0xFF, 0xFF], .arrowStream),
      ([0xEF, 0xBB, 0xBF], .markedUTF8),
      // Before UTF-16's: that of little ends begins with it.
      ([0xFF, 0xFE, 0, 0], .text(encoding: "UTF-32")),
      ([0, 0, 0xFE, 0xFF], .text(encoding: "UTF-32")),
      ([0xFF, 0xFE], .text(encoding: "UTF-16")),
      ([0xFE, 0xFF], .text(encoding: "UTF-16")),
    ]
    // The third byte is never 0: a header of safetensors would be of 64 kB at least.
    + [
      [0x80, 2, 0x8A], [0x80, 2, 0x7D], [0x80, 2, 0x63], [0x80, 3, 0x7D], [0x80, 3, 0x63],
      [0x80, 4, 0x95], [0x80, 5, 0x95],
    ].map { ($0, .pickle) }

  private static let pages = ["<!doctype", "<html", "<head", "<?xml"]
  private static let messages = [
    "entry not found", "repository not found", "invalid credentials", "access to model",
    "invalid username or password", "unauthorized", "{\"error\":",
  ]

  /// UTF-16 without a byte-order mark, by two characters of ASCII.
  private static func wideEncoding(_ start: [UInt8]) -> String? {
    guard start.count >= 4 else { return nil }
    let (even, odd) = ([start[0], start[2]], [start[1], start[3]])
    func isText(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { (0x09...0x7E).contains($0) } }
    if isText(even), odd == [0, 0] { return "UTF-16LE" }
    if isText(odd), even == [0, 0] { return "UTF-16BE" }
    return nil
  }
}
