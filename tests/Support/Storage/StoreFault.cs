namespace Orchestration.Tests.Support.Storage;

/// <summary>What goes wrong with a write.</summary>
public enum StoreFault
{
    /// <summary>It fails and nothing is written.</summary>
    Fail,

    /// <summary>It is written, and the answer is lost.</summary>
    LoseReply,
}
