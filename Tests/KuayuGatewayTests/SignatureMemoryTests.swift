import KuayuHTTP
import KuayuModel
import Testing

/// Signed headers are good for one message, as often as it comes.
@Suite struct SignatureMemoryTests {
    private func message(_ key: String?, _ body: UInt8) -> SignatureMemory.Message {
        SignatureMemory.Message(key: key, bodyDigest: [body])
    }

    private func at(_ seconds: Int64) -> Instant { Instant(epochSeconds: 1_795_478_400 + seconds) }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let signature: String
        let key: String?
        let body: UInt8
        let isAllowed: Bool
    }

    @Test(arguments: [
        Row(testDescription: "the same again", signature: "s", key: "k", body: 1, isAllowed: true),
        Row(testDescription: "another key", signature: "s", key: "l", body: 1, isAllowed: false),
        Row(testDescription: "no key", signature: "s", key: nil, body: 1, isAllowed: false),
        Row(testDescription: "another body", signature: "s", key: "k", body: 2, isAllowed: false),
        Row(testDescription: "another signature", signature: "t", key: "l", body: 2, isAllowed: true),
    ])
    func allowsTheMessageItWasUsedForFirst(_ row: Row) {
        let memory = Kept(SignatureMemory(validity: .seconds(600)))
        #expect(memory.allows("s", for: message("k", 1), at: at(0)))
        #expect(memory.allows(row.signature, for: message(row.key, row.body), at: at(1)) == row.isAllowed)
        // What was refused has taken nobody's place.
        #expect(memory.allows("s", for: message("k", 1), at: at(2)))
    }

    /// Other messages come every second; the one of second 300 is remembered for 600 seconds at least.
    @Test func remembersAsLongAsHeadersAreValid() {
        let memory = Kept(SignatureMemory(validity: .seconds(600)))
        for second in 0...900 {
            if second == 300 { #expect(memory.allows("s", for: message("k", 1), at: at(300))) }
            #expect(memory.allows("other \(second)", for: message("k", 1), at: at(Int64(second))))
            if second > 300 { #expect(!memory.allows("s", for: message("k", 2), at: at(Int64(second)))) }
        }
        // At the latest after twice that it is forgotten.
        for second in 901...1_500 { _ = memory.allows("other \(second)", for: message("k", 1), at: at(Int64(second))) }
        #expect(memory.allows("s", for: message("k", 2), at: at(1_501)))
    }

    /// Half of the limit always; with one more the oldest half may go.
    @Test(arguments: [2, 4, 100]) func isBounded(_ limit: Int) {
        let memory = Kept(SignatureMemory(validity: .seconds(600), limit: limit))
        let half = limit / 2
        for number in 0..<half { _ = memory.allows("\(number)", for: message("k", 1), at: at(0)) }
        for number in 0..<half { #expect(!memory.allows("\(number)", for: message("k", 2), at: at(0))) }
        for number in half..<limit { _ = memory.allows("\(number)", for: message("k", 1), at: at(0)) }
        #expect(!memory.allows("\(limit - 1)", for: message("k", 2), at: at(0)))
        for number in limit..<(limit + half) { _ = memory.allows("\(number)", for: message("k", 1), at: at(0)) }
        #expect(memory.allows("0", for: message("k", 2), at: at(0)), "the oldest is forgotten")
    }

    @Test func aClockThatGoesBackForgetsNothing() {
        let memory = Kept(SignatureMemory(validity: .seconds(600)))
        #expect(memory.allows("s", for: message("k", 1), at: at(0)))
        #expect(!memory.allows("s", for: message("k", 2), at: at(-100_000)))
    }
}

/// A memory that expectations can call.
private final class Kept {
    private var memory: SignatureMemory

    init(_ memory: SignatureMemory) { self.memory = memory }

    func allows(_ signature: String, for message: SignatureMemory.Message, at now: Instant) -> Bool {
        memory.allows(signature, for: message, at: now)
    }
}
