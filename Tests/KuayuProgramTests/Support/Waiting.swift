import Synchronization

/// A condition did not come true in time.
struct NeverHappened: Error, CustomStringConvertible {
    let description: String
}

/// Looks at a condition again and again, yielding in between, until it holds.
///
/// `state` says how things stand when it never does.
func eventually(
    _ what: String, within limit: Duration = .seconds(60), state: @autoclosure () async -> String = "",
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while try await !condition() {
        guard clock.now < end else { throw NeverHappened(description: "\(what) never happened. \(await state())") }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Lets only so many federations run at once, so that each is as fast as its tests expect.
actor Turns {
    static let federations = Turns(2)
    /// Gateways without hubs.
    static let gateways = Turns(3)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Runs `body` when it is its turn.
    nonisolated func take<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        await begin()
        do {
            let result = try await body()
            await end()
            return result
        } catch {
            await end()
            throw error
        }
    }

    private func begin() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func end() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
