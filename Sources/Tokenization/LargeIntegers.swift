/// Integers beyond 64 bits in JSON, which `JSON` refuses and every `tokenizer_config.json` has:
/// transformers writes "no limit" as 1000000000000000019884624838656.
enum LargeIntegers {
  /// Any integer of at most this many digits fits.
  private static let safeDigitCount = 18

  /// The same text with `.0` behind each integer that may not fit; bytes in strings stay.
  static func asReals(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var isInString = false
    var isEscaped = false
    var number: [UInt8] = []
    for byte in text {
      if !isInString && isNumberByte(byte) {
        number.append(byte)
        continue
      }
      result += completed(number)
      number.removeAll()
      if byte == UInt8(ascii: "\"") && !isEscaped { isInString.toggle() }
      isEscaped = isInString && byte == UInt8(ascii: "\\") && !isEscaped
      result.append(byte)
    }
    return result + completed(number)
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private static func completed(_ number: [UInt8]) -> [UInt8] {
    let digits = number.first == UInt8(ascii: "-") ? number.dropFirst() : number[...]
    let isInteger = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isInteger && digits.count > safeDigitCount ? number + Array(".0".utf8) : number
  }
}
