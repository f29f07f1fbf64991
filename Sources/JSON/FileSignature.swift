/// What a file is that was to be something else, told by its first bytes.
///
/// To be asked only of files that can't be read as what they were to be: safetensors begin with a
/// length, which may have any bytes.
public struct FileSignature: Sendable, Equatable {
  /// What it is, with its article: "a Git LFS pointer, not the file that it stands for".
  public let kind: String
  /// What the user does to get the file that was wanted.
  public let mend: String

  /// The most bytes that are looked at.
  public static let longest = 64

  /// Recognises a file, nil if it has no signature that is known.
  ///
  /// - Parameter bytes: the file's first bytes, `longest` of them where it has so many.
  public init?(start bytes: [UInt8]) {
    let start = bytes.prefix(Self.longest)
    if let entry = Self.table.first(where: { entry in
      entry.magics.contains { start.starts(with: $0) }
    }) {
      (kind, mend) = (entry.kind, entry.mend)
      return
    }
    let text = start.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
      .map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    if Self.pages.contains(where: { text.starts(with: $0.utf8) }) {
      (kind, mend) = ("a web page, not the file itself", Self.download)
    } else if Self.messages.contains(where: { text.starts(with: $0.utf8) }) {
      (kind, mend) = ("the message of a download that failed", Self.download)
    } else if Self.isWide(start) {
      (kind, mend) = ("text in UTF-16", Self.encode)
    } else if start.count >= 16, start.allSatisfy({ $0 == 0 }) {
      (kind, mend) = ("filled with zeros, as a download leaves it that broke off", Self.download)
    } else {
      return nil
    }
  }

  private struct Entry {
    let magics: [[UInt8]]
    let kind: String
    let mend: String
  }

  private static let download =
    "download it again, for example with 'hf download' (behind 'resolve', not 'blob', on the web)"
  private static let encode = "save it as UTF-8 without a byte-order mark"
  private static let convert =
    "load the model with PyTorch and save it with save_pretrained, which writes safetensors"

  private static let table = [
    Entry(
      magics: [Array("version https://git-lfs".utf8)],
      kind: "a Git LFS pointer, not the file that it stands for",
      mend: "run 'git lfs pull' in its folder"),
    Entry(magics: [[0x1F, 0x8B, 0x08]], kind: "compressed by gzip", mend: "unpack it with gunzip"),
    Entry(
      magics: [[0x28, 0xB5, 0x2F, 0xFD]], kind: "compressed by zstd", mend: "unpack it with unzstd"),
    Entry(
      magics: [[0xFD, 0x37, 0x7A, 0x58, 0x5A]], kind: "compressed by xz",
      mend: "unpack it with unxz"
    ),
    Entry(
      magics: [Array("PK\u{3}\u{4}".utf8)], kind: "a zip archive, as torch.save writes weights",
      mend: convert),
    // The third byte is never 0: a header of safetensors would be of 64 kB at least.
    Entry(
      magics: [
        [0x80, 2, 0x8A], [0x80, 2, 0x7D], [0x80, 3, 0x7D], [0x80, 4, 0x95], [0x80, 5, 0x95],
      ]
        + [[0x80, 2, 0x63], [0x80, 3, 0x63]],
      kind: "a Python pickle, as older versions of torch.save write weights", mend: convert),
    Entry(
      magics: [Array("GGUF".utf8)], kind: "a GGUF file of llama.cpp",
      mend: "take the model's safetensors, or let transformers convert it: "
        + "from_pretrained(DIR, gguf_file=FILE), then save_pretrained"),
    Entry(
      magics: [[0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A]], kind: "an HDF5 file",
      mend: "give the model's safetensors"),
    Entry(
      magics: [[0xEF, 0xBB, 0xBF]],
      kind: "text with a byte-order mark, which transformers refuses as well", mend: encode),
    Entry(magics: [[0xFF, 0xFE], [0xFE, 0xFF]], kind: "text in UTF-16", mend: encode),
  ]
  private static let pages = ["<!doctype", "<html", "<head", "<?xml"]
  /// What the Hugging Face hub answers where a file isn't there or may not be had.
  private static let messages = [
    "entry not found", "repository not found", "invalid credentials", "access to model",
    "invalid username or password", "unauthorized",
  ]

  /// Two characters of ASCII in UTF-16 without a byte-order mark.
  private static func isWide(_ start: ArraySlice<UInt8>) -> Bool {
    guard start.count >= 4 else { return false }
    let bytes = Array(start.prefix(4))
    let (low, high) = ([bytes[0], bytes[2]], [bytes[1], bytes[3]])
    func isText(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { (0x09...0x7E).contains($0) } }
    return isText(low) && high == [0, 0] || isText(high) && low == [0, 0]
  }
}
