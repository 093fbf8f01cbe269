import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import Logging

/// Looks at the folders of a region that exchanges files, again and again.
struct FileService: Sendable {
    let hub: FederatedHub
    let link: FileLink
    let exchange: FileExchange
    let intake: Intake
    let logger: Logger

    /// Looks until cancelled.
    func run() async throws {
        var failures = 0
        while !Task.isCancelled {
            await exchange.collect(link)
            if let fault = await takeArrived() {
                failures += 1
                if failures % 5 == 0 { warn(failures, fault) }
            } else {
                failures = 0
            }
            try await Task.sleep(for: link.interval)
        }
    }

    private func warn(_ failures: Int, _ fault: PartnerError) {
        logger.warning(
            "the folders of a hub cannot be read",
            metadata: ["region": "\(hub.region.text)", "failures": "\(failures)", "reason": "\(fault.reason)"])
    }

    /// Takes every complete file once; says why the folder cannot be read.
    private func takeArrived() async -> PartnerError? {
        do throws(PartnerError) {
            for file in try await exchange.arrived(link, region: hub.region, limitBytes: 5 << 20) {
                await take(file)
            }
            return nil
        } catch {
            return error
        }
    }

    private func take(_ file: FileExchange.Arrived) async {
        switch await intake.take(IntakePayload(sender: hub.region, bytes: file.bytes, key: nil)) {
        case .unreadable(let issues):
            let reason = issues.map { "\($0.code) \($0.path)" }.joined(separator: "; ")
            logger.error(
                "a file cannot be read",
                metadata: ["region": "\(hub.region.text)", "code": "\(issues.first?.code ?? "")"])
            _ = await exchange.acknowledge(
                file, [FileAck.Line(number: "*", answer: .refused(reason: reason))], receipts: [], hub: hub,
                link: link)
        case .cases(let answers, let count):
            // A case that could not be stored leaves the file unanswered: it is read again.
            if answers.contains(where: { if case .unavailable = $0.answer { true } else { false } }) { return }
            if count.isWrong {
                logger.error(
                    "count-mismatch",
                    metadata: [
                        "region": "\(hub.region.text)", "claimed": "\(count.claimed ?? 0)",
                        "arrived": "\(count.arrived)",
                    ])
            }
            _ = await exchange.acknowledge(
                file, answers.map(line), receipts: answers.compactMap(\.receipt), hub: hub, link: link)
        }
    }

    private func line(_ answer: CaseAnswer) -> FileAck.Line {
        let number = answer.ownNumber ?? answer.head?.caseID.text ?? "*"
        if case .conflict = answer.answer {
            let reason = "message.conflict: the same message id with another body"
            return FileAck.Line(number: number, answer: .refused(reason: reason))
        }
        guard let head = answer.head else {
            let reason = answer.issues.map { "\($0.code) \($0.path)" }.joined(separator: "; ")
            return FileAck.Line(number: number, answer: .refused(reason: reason))
        }
        let registered = RegisteredMessage(
            messageID: answer.messageID, registration: head.registration(content: answer.contentDigest))
        return FileAck.Line(number: number, answer: .accepted(registered))
    }
}
