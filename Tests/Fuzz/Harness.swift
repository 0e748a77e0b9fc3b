// What the fuzz targets share. `ops/fuzz` compiles this file with each of them, outside of the
// package: a program for libFuzzer has no main function.

/// Traps, which libFuzzer keeps as a crasher, if a property does not hold.
func require(_ holds: Bool, _ property: String) {
  if !holds { fatalError(property) }
}

/// Sizes of pieces that the first bytes of the data choose, and the data behind them. So the fuzzer
/// finds by itself where a cut matters.
func cut(_ data: [UInt8]) -> (sizes: [Int], rest: [UInt8]) {
  guard data.count >= 2 else { return ([1], data) }
  return ([Int(data[0]) + 1, Int(data[1] % 16) + 1], Array(data[2...]))
}

/// The bytes in pieces of those sizes, of which the last repeats.
func pieces(_ bytes: [UInt8], _ sizes: [Int]) -> [[UInt8]] {
  var all: [[UInt8]] = []
  var start = 0
  while start < bytes.count {
    let size = all.count < sizes.count ? sizes[all.count] : sizes[sizes.count - 1]
    let end = min(start + size, bytes.count)
    all.append(Array(bytes[start..<end]))
    start = end
  }
  return all
}

/// The entry that libFuzzer calls. It lends the bytes for the time of the call.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  test(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
