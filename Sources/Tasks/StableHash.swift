/// A hash that is the same on every machine, in every run and in any language: FNV-1a, 64 bits.
///
/// `h = 0xcbf29ce484222325`; for each UTF-8 byte `h = (h xor byte) · 0x100000001b3` modulo 2⁶⁴.
/// It spreads texts over splits and names over random streams; it protects against nobody.
package enum StableHash {
  /// The hash of a text's UTF-8 bytes.
  package static func value(of text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
