internal import Files

/// What a checkpoint's file is that was to be something else, and how to get what was wanted.
///
/// To be asked only of files that can't be read as what they were to be.
package struct FileSignature: Sendable, Equatable {
  /// What it is, with its article: "a Git LFS pointer, not the file that it stands for".
  package let kind: String
  /// What the user does to get the file that was wanted.
  package let fix: String

  /// The most bytes that are looked at.
  package static let longest = FileFormat.longestStart

  /// Recognises a file, nil if it has no signature that is known.
  ///
  /// - Parameter bytes: the file's first bytes, `longest` of them where it has so many.
  package init?(start bytes: [UInt8]) {
    guard let format = FileFormat(start: bytes) else { return nil }
    let remark: String
    switch format {
    case .gitLFSPointer: (remark, fix) = ("", "run 'git lfs pull' in its folder")
    case .compressed(_, let program): (remark, fix) = ("", "unpack it with \(program)")
    case .zip: (remark, fix) = (", as torch.save writes weights", Self.convert)
    case .pickle: (remark, fix) = (", as older versions of torch.save write weights", Self.convert)
    case .gguf:
      (remark, fix) = (
        "",
        "take the model's safetensors, or let transformers convert it: "
          + "from_pretrained(DIR, gguf_file=FILE), then save_pretrained"
      )
    // May be the length of a damaged header.
    case .arrowStream: return nil
    case .hdf5, .parquet, .arrow:
      (remark, fix) = ("", "give the model's safetensors")
    case .markedUTF8: (remark, fix) = (", which transformers refuses as well", Self.encode)
    case .text: (remark, fix) = ("", Self.encode)
    case .webPage, .downloadMessage, .zeros: (remark, fix) = ("", Self.download)
    }
    kind = format.words + remark
  }

  private static let download =
    "download it again, for example with 'hf download' (after 'resolve', not 'blob', on the web)"
  private static let encode = "save it as UTF-8 without a byte-order mark"
  private static let convert =
    "load the model with PyTorch and save it with save_pretrained, which writes safetensors"
}
