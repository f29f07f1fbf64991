internal import Tokenization

extension Tokenizer {
  /// The lowest id that is a token of both and not the same one; nil if they agree.
  ///
  /// An id that only one of them uses, as that of an added token, is no difference.
  func firstDifference(
    from other: Tokenizer
  ) -> (id: Int32, own: [UInt8], other: [UInt8])? {
    guard contentDigest != other.contentDigest else { return nil }
    for id in 0..<Int32(clamping: min(vocabularySize, other.vocabularySize)) {
      guard let (mine, theirs) = both(bytes(of: id), other.bytes(of: id)) else { continue }
      if mine != theirs { return (id, mine, theirs) }
    }
    return nil
  }

  private func both(_ first: [UInt8]?, _ second: [UInt8]?) -> ([UInt8], [UInt8])? {
    guard let first, let second else { return nil }
    return (first, second)
  }
}
