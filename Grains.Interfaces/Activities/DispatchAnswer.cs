using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>What a host answers to a dispatch.</summary>
/// <param name="Replies">What it did, one for each attempt.</param>
/// <param name="Room">How many more attempts it could run at once; below zero where some wait.</param>
[GenerateSerializer, Immutable, Alias("orchestration.dispatch-answer")]
public sealed record DispatchAnswer([property: Id(0)] DispatchReply[] Replies, [property: Id(1)] int Room);
