namespace Orchestration.Portable.Tests.Workflows;

public sealed record OrderInput(string Article, bool Fails = false);
