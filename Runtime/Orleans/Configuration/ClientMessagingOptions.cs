namespace Orleans.Configuration;

/// <summary>Limits of calls from a client in a process of its own.</summary>
public class ClientMessagingOptions : MessagingOptions;
