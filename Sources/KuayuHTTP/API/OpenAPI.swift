/// The description of the hub interface (OpenAPI 3.1), served at `/openapi.json`.
///
/// `schema/openapi.json` holds the same bytes, for those who read without a gateway.
enum OpenAPI {
    /// The document, UTF-8, ended by a new line.
    static let document = Array((interface + "\n" + components + "\n").utf8)

    /// Routes of the gateway (`paths`) and what it asks of hubs (`webhooks`).
    private static let interface = #"""
        {
          "openapi": "3.1.0",
          "info": {
            "title": "Kuayu 跨域办 hub interface",
            "version": "0.1.0",
            "summary": "How a provincial hub hands cases to the gateway and gets them from it."
          },
          "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
          "servers": [{"url": "https://127.0.0.1:8443", "description": "Default of the key listen in kuayu.yaml."}],
          "security": [{"hub": []}],
          "tags": [
            {"name": "exchange", "description": "Messages, receipts and cases."},
            {"name": "federation", "description": "Facts and schemas."},
            {"name": "operation", "description": "Health and metrics."},
            {"name": "hub", "description": "What the gateway asks of a hub."}
          ],
          "paths": {
            "/v1/messages": {
              "post": {
                "operationId": "sendMessages",
                "tags": ["exchange"],
                "summary": "Takes one payload, of one or many cases, in the hub's own format.",
                "description": "Answered once everything it says is on stable storage. The body of the answer is \#
        the hub's own reply envelope, as its region.yaml writes it; with Accept: application/json it is JSON. A \#
        payload whose cases are all refused is answered 202 too: the refusal is recorded and has its receipt. \#
        Problems found before the body is read (403, 413, 429) and a body that ends early (400) always come as \#
        problem documents. Regions with signed headers (330000) add gjgxjhpt_rid, gjgxjhpt_sid, gjgxjhpt_rtime and \#
        gjgxjhpt_sign.",
                "parameters": [
                  {"$ref": "#/components/parameters/IdempotencyKey"},
                  {"$ref": "#/components/parameters/ContentDigest"},
                  {"$ref": "#/components/parameters/Accept"}
                ],
                "requestBody": {
                  "required": true,
                  "description": "At most bodyLimitBytes of /v1/federation. The encoding is that of the region's \#
        format, whatever Content-Type says.",
                  "content": {
                    "application/json": {"schema": {}},
                    "application/xml": {"schema": {}},
                    "text/plain": {"schema": {}}
                  }
                },
                "responses": {
                  "200": {
                    "description": "Every case was known already: the original receipts, byte for byte.",
                    "headers": {"Kuayu-Receipt": {"$ref": "#/components/headers/KuayuReceipt"}},
                    "content": {
                      "application/json": {"schema": {"$ref": "#/components/schemas/Answers"}},
                      "*/*": {"schema": {"description": "The hub's own reply envelope."}}
                    }
                  },
                  "202": {
                    "description": "Recorded, durably. One receipt per case.",
                    "headers": {"Kuayu-Receipt": {"$ref": "#/components/headers/KuayuReceipt"}},
                    "content": {
                      "application/json": {"schema": {"$ref": "#/components/schemas/Answers"}},
                      "*/*": {"schema": {"description": "The hub's own reply envelope."}}
                    }
                  },
                  "400": {
                    "description": "idempotency-key, content-digest: a header cannot be used. body-incomplete \#
        (retryable), bad-target: the request cannot be read.",
                    "content": {
                      "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                      "*/*": {"schema": {"description": "The hub's own reply envelope."}}
                    }
                  },
                  "401": {
                    "description": "header-signature: the signed headers are missing, stale or wrong, or (retryable) \#
        were used for another message.",
                    "content": {
                      "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                      "*/*": {"schema": {"description": "The hub's own reply envelope."}}
                    }
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"},
                  "413": {
                    "description": "body-too-large: refused before the body is read where its length is announced.",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                  },
                  "422": {
                    "description": "unreadable: the payload cannot be read; nothing was stored. digest-mismatch \#
        (retryable): the body is not the one that was digested. message-conflict: the message id stands for another \#
        body.",
                    "content": {
                      "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                      "*/*": {"schema": {"description": "The hub's own reply envelope."}}
                    }
                  },
                  "429": {
                    "description": "rate-exceeded: the hub sends more payloads in a second than its region.yaml \#
        says. too-many-requests: too many of its requests are under way. Refused before the body is read; send the \#
        same under the same key later.",
                    "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                  },
                  "503": {
                    "description": "unavailable: nothing was taken; send the same under the same key later.",
                    "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
                    "content": {
                      "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                      "*/*": {"schema": {"description": "The hub's own reply envelope."}}
                    }
                  }
                }
              }
            },
            "/v1/messages/{id}": {
              "get": {
                "operationId": "messageState",
                "tags": ["exchange"],
                "summary": "What became of a message of the asking hub, with the deliveries of its event.",
                "parameters": [{"$ref": "#/components/parameters/MessageID"}],
                "responses": {
                  "200": {
                    "description": "Known.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MessageState"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/receipts/{id}": {
              "get": {
                "operationId": "receipt",
                "tags": ["exchange"],
                "summary": "The receipt of a message of the asking hub, byte for byte as it was given.",
                "parameters": [{"$ref": "#/components/parameters/MessageID"}],
                "responses": {
                  "200": {
                    "description": "The receipt.",
                    "content": {"application/jose": {"schema": {"$ref": "#/components/schemas/CompactReceipt"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/cases/{id}": {
              "get": {
                "operationId": "caseView",
                "tags": ["exchange"],
                "summary": "The canonical case and its history, to hubs that take part in it.",
                "parameters": [{"$ref": "#/components/parameters/CaseNumber"}],
                "responses": {
                  "200": {
                    "description": "The case; fields above the hub's data level are withheld.",
                    "headers": {"Kuayu-Withheld": {"$ref": "#/components/headers/KuayuWithheld"}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CaseView"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/federation": {
              "get": {
                "operationId": "federation",
                "tags": ["federation"],
                "summary": "Versions, keys of receipts, limits, hubs and the gateway's clock.",
                "responses": {
                  "200": {
                    "description": "Facts.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Federation"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"}
                }
              }
            },
            "/openapi.json": {
              "get": {
                "operationId": "openapi",
                "tags": ["federation"],
                "summary": "This document.",
                "responses": {
                  "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {"application/json": {"schema": {"type": "object"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"}
                }
              }
            },
            "/schemas/case.v1.json": {
              "get": {
                "operationId": "caseSchema",
                "tags": ["federation"],
                "summary": "The JSON Schema of the canonical case.",
                "responses": {
                  "200": {
                    "description": "JSON Schema, draft 2020-12.",
                    "content": {"application/json": {"schema": {"type": "object"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"}
                }
              }
            },
            "/healthz": {
              "get": {
                "operationId": "health",
                "tags": ["operation"],
                "summary": "Whether the program runs.",
                "servers": [
                  {"url": "http://127.0.0.1:8480", "description": "Administration, loopback only; no certificate."},
                  {"url": "https://127.0.0.1:8443"}
                ],
                "security": [{}, {"hub": []}],
                "responses": {
                  "200": {"description": "ok", "content": {"text/plain": {"schema": {"type": "string"}}}},
                  "403": {"$ref": "#/components/responses/NotAHub"}
                }
              }
            },
            "/readyz": {
              "get": {
                "operationId": "readiness",
                "tags": ["operation"],
                "summary": "Whether the store can be read.",
                "servers": [
                  {"url": "http://127.0.0.1:8480", "description": "Administration, loopback only; no certificate."},
                  {"url": "https://127.0.0.1:8443"}
                ],
                "security": [{}, {"hub": []}],
                "responses": {
                  "200": {"description": "ready", "content": {"text/plain": {"schema": {"type": "string"}}}},
                  "503": {
                    "description": "the store cannot be read",
                    "content": {"text/plain": {"schema": {"type": "string"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"}
                }
              }
            },
            "/metrics": {
              "get": {
                "operationId": "metrics",
                "tags": ["operation"],
                "summary": "Metrics in the text format 0.0.4 of Prometheus.",
                "servers": [
                  {"url": "http://127.0.0.1:8480", "description": "Administration, loopback only; no certificate."},
                  {"url": "https://127.0.0.1:8443"}
                ],
                "security": [{}, {"hub": []}],
                "responses": {
                  "200": {
                    "description": "kuayu_messages_total, kuayu_deliveries, kuayu_cases, kuayu_route_open, \#
        kuayu_route_in_flight",
                    "content": {"text/plain": {"schema": {"type": "string"}}}
                  },
                  "503": {
                    "description": "the store cannot be read",
                    "content": {"text/plain": {"schema": {"type": "string"}}}
                  },
                  "403": {"$ref": "#/components/responses/NotAHub"}
                }
              }
            }
          },
          "webhooks": {
            "deliverCases": {
              "post": {
                "operationId": "deliverCases",
                "tags": ["hub"],
                "summary": "What a hub that is pushed to receives, at the path push of its region.yaml.",
                "parameters": [
                  {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": true,
                    "description": "The message id of a single case; of several the first one's id, a plus sign and \#
        how many more.",
                    "schema": {"type": "string"},
                    "example": "CSJ202611240000001-v3-330000"
                  },
                  {"$ref": "#/components/parameters/KuayuMessageID"},
                  {"$ref": "#/components/parameters/KuayuCase"},
                  {
                    "name": "Content-Digest",
                    "in": "header",
                    "required": true,
                    "description": "sha-256 of the body (RFC 9530).",
                    "schema": {"type": "string"}
                  }
                ],
                "requestBody": {
                  "required": true,
                  "description": "The cases in the hub's own format.",
                  "content": {
                    "application/json": {"schema": {}},
                    "application/xml": {"schema": {}},
                    "text/plain": {"schema": {}}
                  }
                },
                "responses": {
                  "200": {
                    "description": "The hub's own reply envelope; only what its reply rule counts as success is one."
                  },
                  "4XX": {
                    "description": "400, 413, 415, 422: refused for good. 401, 403, 404, 410, 421: the route is at \#
        fault and pauses."
                  },
                  "default": {
                    "description": "Tried again later; Retry-After in seconds is honoured up to one hour. Redirects \#
        are not followed."
                  }
                }
              }
            },
            "pullCases": {
              "get": {
                "operationId": "pullCases",
                "tags": ["hub"],
                "summary": "A window of changed cases, asked of a hub with transport pull+push at the path list of \#
        its region.yaml.",
                "parameters": [
                  {
                    "name": "from",
                    "in": "query",
                    "required": true,
                    "description": "yyyy-MM-dd HH:mm, inclusive.",
                    "schema": {"type": "string"},
                    "example": "2026-11-24 09:00"
                  },
                  {
                    "name": "to",
                    "in": "query",
                    "required": true,
                    "description": "yyyy-MM-dd HH:mm, exclusive.",
                    "schema": {"type": "string"},
                    "example": "2026-11-24 09:05"
                  }
                ],
                "responses": {
                  "200": {
                    "description": "A payload in the hub's own format.",
                    "content": {"application/json": {"schema": {"type": "object"}}}
                  }
                }
              }
            },
            "postReceipts": {
              "post": {
                "operationId": "postReceipts",
                "tags": ["hub"],
                "summary": "Registration data and receipts of pulled cases, after the commit, at the path receipts \#
        of its region.yaml.",
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReceiptList"}}}
                },
                "responses": {
                  "2XX": {"description": "Taken."},
                  "default": {"description": "The window is pulled again."}
                }
              }
            },
            "queryCase": {
              "get": {
                "operationId": "queryCase",
                "tags": ["hub"],
                "summary": "What a hub knows of a case, asked at the path status of its region.yaml after an \#
        unknown outcome.",
                "responses": {
                  "200": {
                    "description": "Known; the version in Kuayu-Case decides whether the event is there.",
                    "headers": {"Kuayu-Case": {"$ref": "#/components/headers/KuayuCase"}}
                  },
                  "404": {"description": "The hub does not have the case; the event is sent again under its id."}
                }
              }
            }
          },
        """#
}
