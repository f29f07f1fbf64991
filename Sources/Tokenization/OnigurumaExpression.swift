import COniguruma
import Synchronization

/// A compiled regular expression, run by the engine that Hugging Face tokenizers uses.
///
/// The syntax, the encoding (UTF-8) and the limits are that library's: Oniguruma's defaults, which
/// are no limit on the match stack and ten million retries for one match.
@safe package final class OnigurumaExpression: @unchecked Sendable {
  /// Why a pattern doesn't compile or a search ended early, in the library's words.
  package struct Failure: Error {
    /// One line, such as `end pattern with unmatched parenthesis`.
    package let reason: String
  }

  /// As the file has it; compiled is what `NewerCharacters` makes of it.
  package let pattern: String
  /// Written once in `init`; searching only reads it, so that threads may share it.
  private let compiled: OnigRegex

  /// The library's initialisation and compilation aren't safe to run on two threads at once.
  private static let compilation = Mutex<Bool>(false)

  /// Compiles a pattern.
  package init(_ pattern: String) throws(Failure) {
    self.pattern = pattern
    unsafe self.compiled = try Self.compile(Array(NewerCharacters.completed(pattern).utf8))
  }

  deinit { unsafe onig_free(compiled) }

  private static func compile(_ pattern: [UInt8]) throws(Failure) -> OnigRegex {
    var compiled: OnigRegex?
    var reason = "no memory"
    compilation.withLock { isInitialized in
      if !isInitialized { isInitialized = tokenshift_onig_initialize() == ONIG_NORMAL }
      var details = unsafe OnigErrorInfo()
      // The NUL gives an empty pattern an address; it is not part of the pattern.
      let code = unsafe (pattern + [0]).withUnsafeBufferPointer { bytes in
        guard let start = bytes.baseAddress else { return ONIGERR_MEMORY }
        let code = unsafe tokenshift_onig_new(&compiled, start, start + pattern.count, &details)
        if code != ONIG_NORMAL {
          // Inside, since the details point into the pattern.
          reason = unsafe text { unsafe tokenshift_onig_pattern_message($0, code, &details) }
        }
        return code
      }
      if code != ONIG_NORMAL { unsafe compiled = nil }
    }
    guard let compiled = unsafe compiled else { throw Failure(reason: reason) }
    return unsafe compiled
  }

  /// All matches from left to right in `bytes[range]`, which look-around takes for the whole text.
  ///
  /// As in Rust's `onig`, an empty match right after another match is skipped. The bytes have to be
  /// UTF-8: the library doesn't look.
  package func matches(in bytes: [UInt8], _ range: Range<Int>) throws(Failure) -> [Range<Int>] {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(range)")
    // The library counts bytes in 32 bits.
    guard range.count < Int(Int32.max) else { throw Failure(reason: "2 GB or more") }
    var matches: [Range<Int>] = []
    let code = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe collect(into: &matches, from: UnsafeBufferPointer(rebasing: buffer[range]))
    }
    if code < 0 && code != ONIG_MISMATCH {
      throw Failure(reason: unsafe Self.text { unsafe tokenshift_onig_message($0, code) })
    }
    return matches.map { $0.lowerBound + range.lowerBound..<$0.upperBound + range.lowerBound }
  }

  /// Appends the matches in `text`, counted from its start; returns the code of the last search.
  private func collect(
    into matches: inout [Range<Int>], from text: UnsafeBufferPointer<UInt8>
  ) -> Int32 {
    guard let start = text.baseAddress else { return ONIG_MISMATCH }
    guard let region = unsafe onig_region_new() else { return ONIGERR_MEMORY }
    defer { unsafe onig_region_free(region, 1) }
    let count = text.count
    var (position, previousEnd) = (0, -1)
    while position <= count {
      var (first, last): (Int32, Int32) = (0, 0)
      let code = unsafe tokenshift_onig_search(
        compiled, start, start + count, start + position, region, &first, &last)
      if code < 0 { return code }
      if first == last && Int(last) == previousEnd {
        position += 1
        while position < count, unsafe text[position] & 0xC0 == 0x80 { position += 1 }
        continue
      }
      matches.append(Int(first)..<Int(last))
      (position, previousEnd) = (Int(last), Int(last))
    }
    return ONIG_MISMATCH
  }

  /// The bytes that one of the library's message functions writes.
  private static func text(_ write: (UnsafeMutablePointer<UInt8>) -> Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: Int(ONIG_MAX_ERROR_MESSAGE_LEN) + 1)
    let count = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
      unsafe bytes.baseAddress.map { unsafe write($0) } ?? 0
    }
    return String(decoding: buffer.prefix(Int(count)), as: UTF8.self)
  }
}

extension OnigurumaExpression: Equatable {
  /// Whether both find the same, having the same pattern.
  package static func == (left: OnigurumaExpression, right: OnigurumaExpression) -> Bool {
    left.pattern == right.pattern
  }
}
